import { writev } from 'node:fs';

/** Of what waits to be written; the source is not read when there is more. */
const HIGH = 2 ** 20;
/** Less than this waits for more, so many ms at the most: a write costs as much for a line as for a thousand. */
const WORTHWHILE = 2 ** 17;
const WAIT = 5;

/** Writes buffers in their order, one write at a time: what comes during a write goes out as one with the next. */
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
