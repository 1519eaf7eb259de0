import { onReady, ready as readyChild } from '../child/ready.js';
import { frames } from '../wire/frames.js';
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
