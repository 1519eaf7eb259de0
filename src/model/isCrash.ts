import type { Exited, SpawnFailed } from './childEvent.js';

/** A non-zero exit, a signal, or a failed spawn, that nobody asked for. */
export function isCrash(event: Exited | SpawnFailed): boolean {
  return event.type === 'spawnFailed' || (!event.expected && event.code !== 0);
}
