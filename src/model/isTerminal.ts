import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';

/** Whether this is the last event of a run. Every run has exactly one. */
export function isTerminal(event: ChildEvent): event is Exited | SpawnFailed {
  return event.type === 'exited' || event.type === 'spawnFailed';
}
