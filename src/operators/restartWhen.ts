import { map, merge, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkArgument } from '../model/check.js';
import { observable, text } from '../model/checks.js';
import type { Command, Restart } from '../model/command.js';

/**
 * Adds a `restart` to the commands of a child for each value of something else: a file that changes, an hour that comes,
 * a probe that fails, whatever you can observe.
 *
 * ```text
 * command$                          ------------------S
 * trigger$                          ---v----v-|
 * restartWhen(trigger$, 'config')   ---R----R---------S     R: restart, by trigger 'config'
 * ```
 *
 * - Such a restart was asked for: it is no crash, `restartAt` waits for nothing, and `limit` does not count it. A run has its
 *   grace to end; in a back-off, the next one begins at once. After a stop it is `refused`.
 * - While one restart is under way, others are that same one: a trigger need not be debounced for the child's sake.
 * - The events of the child say why: `stopping` with reason `restart`, and `trigger`.
 * - The trigger is subscribed to with the commands, and left alone when they are: for `managed$`, when no run will follow.
 *   When it completes, the commands go on.
 *
 * @param trigger$ its values do not matter
 * @param reason what the events call it
 * @throws errors of the trigger and of the commands: to `managed$` a stop. `catchError` or `retry` what the child is to survive
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { managed$, restartWhen, signal$ } from 'rxvisor';
 *
 * managed$({ script: 'server.js' }, NEVER.pipe(restartWhen(signal$(['SIGHUP']), 'hang-up')));
 * ```
 */
export function restartWhen(trigger$: Observable<unknown>, reason: string): MonoTypeOperatorFunction<Command> {
  checkArgument('trigger$', trigger$, observable('Give one whose values ask for a restart.'));
  checkArgument('reason', reason, text('a reason'));
  return (command$) => merge(command$, trigger$.pipe(map((): Restart => ({ type: 'restart', trigger: reason }))));
}
