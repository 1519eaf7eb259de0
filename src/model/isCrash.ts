import { checkArgument } from './check.js';
import { event as anEvent } from './checks.js';
import type { ChildEvent, Exited, SpawnFailed } from './childEvent.js';

/** A run that ended by itself, with an exit code other than 0 or by a signal; or that could not be started. */
export type Crash = SpawnFailed | (Exited & { readonly expected: false });

/**
 * Whether the event is a crash: an unexpected exit with a non-zero code or by a signal, or a failed spawn.
 *
 * @throws RxvisorError with code `ERR_OPTION` when it is not an event
 * @example
 * ```ts
 * import { filter } from 'rxjs';
 * import { isCrash, managed$ } from 'rxvisor';
 *
 * managed$({ command: 'false', restartAt: [] })
 *   .pipe(filter(isCrash))
 *   .subscribe((crash) => {
 *     console.log(crash.type); // exited
 *   });
 * ```
 */
export function isCrash(event: ChildEvent): event is Crash {
  checkArgument('event', event, anEvent);
  return event.type === 'spawnFailed' || (event.type === 'exited' && !event.expected && event.code !== 0);
}
