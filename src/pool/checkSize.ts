import { SpecError } from '../model/errors.js';
import { show } from '../model/show.js';

/** @throws {@link SpecError} when a pool cannot have so many workers */
export function checkSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new SpecError('size', `${show(size)} is not a number of workers. Give a whole number, 1 or more.`);
}
