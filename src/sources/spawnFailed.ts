import type { EventOrigin, SpawnFailed } from '../model/childEvent.js';
import { describeError } from '../model/describeError.js';

/** What kept a program from being started, as an event: ENOENT, EACCES, EAGAIN, … */
export function spawnFailed(error: unknown, origin: EventOrigin): SpawnFailed {
  return { type: 'spawnFailed', ...describeError(error), ...origin };
}
