import { writev } from 'node:fs';

/** While more bytes than this wait to be written, the source is not read. */
const HIGH = 2 ** 20;
/** Fewer bytes than this wait for more, at most `WAIT` ms: a write of a line costs as much as a write of a thousand. */
const WORTHWHILE = 2 ** 17;
const WAIT = 5;

/** Writes buffers in order, one write at a time. Buffers that come during a write go out together in the next one. */
export function writer(fd, source) {
  let waiting = [];
  let size = 0;
  let busy = false;
  let timer;

  function pump() {
    clearTimeout(timer);
    timer = undefined;
    if (busy || size === 0) return;
    const [buffers, expected] = [waiting, size];
    [waiting, size, busy] = [[], 0, true];
    writev(fd, buffers, (error, written) => {
      if (error || written !== expected) throw error ?? new Error(`${written} of ${expected} bytes were written`);
      busy = false;
      source.resume();
      soon();
    });
  }

  function soon() {
    if (size >= WORTHWHILE) pump();
    else timer ??= setTimeout(pump, WAIT);
  }

  return (...buffers) => {
    waiting.push(...buffers);
    for (const { length } of buffers) size += length;
    if (size >= HIGH) source.pause();
    soon();
  };
}
