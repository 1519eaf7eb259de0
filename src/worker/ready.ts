import { onReady, ready as readyChild } from '../child/ready.js';
import { encode } from '../ipc/encode.js';
import { frames } from '../ipc/frames.js';
import { type Link, link } from './link.js';

/**
 * Tells the pool to send requests; before that none come. After `busy()`, tells it to go on.
 *
 * @returns false when there is no pool
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
 * Tells the pool to send no more requests until `ready()` is called again. A soft stop waits for that, too.
 *
 * @returns false when there is no pool
 */
export function busy(): boolean {
  if (link === undefined) return false;
  link.send(frames.busy, 0);
  return true;
}

/** After a request, memory is told once in so many ms; a worker with nothing to do is silent. */
const EVERY = 1_000;

let due = false;

/** Tells the pool how this process's memory is, soon. */
export function reportHealth(link: Link): void {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    sendHealth(link, 0);
  }, EVERY).unref();
}

/** Tells it when it asks. */
export function answerHealth(link: Link): void {
  link.on(frames.health, (_type, id) => {
    sendHealth(link, id);
  });
}

function sendHealth({ send }: Link, id: number): void {
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  send(frames.health, id, encode({ rss, heapTotal, heapUsed }));
}
