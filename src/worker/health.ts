import { encode } from '../wire/encode.js';
import { frames } from '../wire/frames.js';
import type { Link } from './link.js';

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
