import { checkArgument } from './check.js';
import { type ChildEvent, type Exited, isTerminal, type SpawnFailed } from './childEvent.js';
import { event as anEvent } from './checks.js';

/**
 * Whether this is the last event of a run: `exited` or `spawnFailed`. Every run has exactly one.
 *
 * @throws RxvisorError with code `ERR_OPTION` if the argument is not an event
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 * import { isTerminal, managed$ } from 'rxvisor';
 *
 * managed$({ command: 'true' })
 *   .pipe(filter(isTerminal))
 *   .subscribe((event) => {
 *     console.log(event.type); // exited
 *   });
 * ```
 */
export function isTerminalEvent(event: ChildEvent): event is Exited | SpawnFailed {
  checkArgument('event', event, anEvent);
  return isTerminal(event);
}
