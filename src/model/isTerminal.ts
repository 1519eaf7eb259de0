import { checkArgument } from './check.js';
import { event as anEvent } from './checks.js';
import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';

/** Whether this is the last event of a run. Every run has exactly one. */
export function isTerminal(event: ChildEvent): event is Exited | SpawnFailed {
  checkArgument('event', event, anEvent);
  return event.type === 'exited' || event.type === 'spawnFailed';
}
