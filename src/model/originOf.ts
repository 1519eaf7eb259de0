import type { EventOrigin } from './childEvent.js';

/** The name and run number of an event, for another event of the same run. */
export function originOf({ name, attempt }: EventOrigin): EventOrigin {
  return name === undefined ? { attempt } : { name, attempt };
}
