import { onReady, ready as readyChild } from '../child/ready.js';
import { encode } from '../ipc/encode.js';
import { frames } from '../ipc/frames.js';
import { type Link, link } from './link.js';

/**
 * Reports that this worker is ready. The pool sends no request before that, nor between `busy()` and the next `ready()`.
 *
 * @returns false if there is no pool
 */
export function ready(): boolean {
  if (link === undefined) return false;
  readyChild();
  return true;
}

/** `ready` of `rxvisor/child` means the same in a worker. */
export function passReady({ send }: Link): void {
  onReady(() => {
    send(frames.ready, 0);
  });
}

/**
 * Stops new requests until the next `ready()`. A soft stop waits for that, too.
 *
 * @returns false if there is no pool
 */
export function busy(): boolean {
  if (link === undefined) return false;
  link.send(frames.busy, 0);
  return true;
}

/** How long after a request the memory is reported, in ms. An idle worker reports nothing. */
const EVERY = 1_000;

let due = false;

/** Reports the memory of this process to the pool, soon. */
export function reportHealth(link: Link): void {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    sendHealth(link, 0);
  }, EVERY).unref();
}

/** Reports it when the pool asks. */
export function answerHealth(link: Link): void {
  link.on(frames.health, (_type, id) => {
    sendHealth(link, id);
  });
}

function sendHealth({ send }: Link, id: number): void {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  send(frames.health, id, encode({ rss, heapTotal, heapUsed }));
}
