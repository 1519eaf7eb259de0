import { ready as readyChild } from '../child/ready.js';
import { frames } from '../wire/frames.js';
import { link } from './link.js';

/**
 * Tells the pool to send requests; before that none come. After `busy()`, tells it to go on.
 *
 * @returns false when there is no pool
 */
export function ready(): boolean {
  if (link === undefined) return false;
  readyChild();
  link.send(frames.ready, 0);
  return true;
}
