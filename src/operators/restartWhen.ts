import { map, merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkArgument } from '../model/check.js';
import { observable, text } from '../model/checks.js';
import type { Command, Restart } from '../model/command.js';

/**
 * Adds a `restart` command for each value of another Observable: file changes, a time of day, failed probes.
 *
 * ```text
 * command$                          ------------------S
 * trigger$                          ---v----v-|
 * restartWhen(trigger$, 'config')   ---R----R---------S     R: restart, by trigger 'config'
 * ```
 *
 * - The restart is not a crash: `restartAt` does not wait, and `limit` does not count it. A run has its grace period to end. In a
 *   back-off, the next run starts at once. After a stop, the restart is `refused`.
 * - Values during a restart add no further restart, so that a trigger needs no debounce.
 * - The `stopping` event has the reason `restart`, and `reason` as its `trigger`.
 * - The trigger is subscribed and unsubscribed with the commands. When it completes, the commands continue.
 *
 * @param trigger$ each value requests a restart. The values themselves do not matter
 * @param reason the `trigger` in the events: `'config'`, for example
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of the trigger and of the commands. `managed$` stops its child for them: use `catchError` or `retry` on a trigger
 * that may fail
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { managed$, restartWhen, signal$ } from 'rxvisor';
 *
 * managed$({ script: 'server.js' }, NEVER.pipe(restartWhen(signal$(['SIGHUP']), 'hang-up')));
 * ```
 */
export function restartWhen(trigger$: Observable<unknown>, reason: string): MonoTypeOperatorFunction<Command> {
  checkArgument('trigger$', trigger$, observable('Give one whose values request a restart.'));
  checkArgument('reason', reason, text('a reason'));
  return (command$) => merge(command$, trigger$.pipe(map((): Restart => ({ type: 'restart', trigger: reason }))));
}
