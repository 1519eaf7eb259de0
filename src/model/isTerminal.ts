import { checkArgument } from './check.js';
import { event as anEvent } from './checks.js';
import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';

/** {@link isTerminalEvent} for events of our own, which need no check: it is called for every one of them. */
export function isTerminal(event: ChildEvent): event is Exited | SpawnFailed {
  return event.type === 'exited' || event.type === 'spawnFailed';
}

/**
 * Whether this is the last event of a run. Every run has exactly one.
 *
 * @throws RxvisorError with code `ERR_OPTION` when it is not an event
 */
export function isTerminalEvent(event: ChildEvent): event is Exited | SpawnFailed {
  checkArgument('event', event, anEvent);
  return isTerminal(event);
}
