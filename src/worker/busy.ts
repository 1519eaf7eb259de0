import { frames } from '../wire/frames.js';
import { link } from './link.js';

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
