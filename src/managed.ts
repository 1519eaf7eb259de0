import { defer, NEVER, type Observable, Subject } from 'rxjs';
import { allEffects, type Effects, nodeEffects } from './effects.js';
import type { Act } from './model/act.js';
import { checkArgument } from './model/check.js';
import { commands, credit } from './model/checks.js';
import type { ChildEvent } from './model/childEvent.js';
import type { ChildSpec } from './model/childSpec.js';
import type { Command } from './model/command.js';
import { byteCredit, type ByteCredit } from './operators/byteCredit.js';
import { permanentOn } from './operators/permanentOn.js';
import { restartAt } from './operators/restartAt.js';
import { stopWith } from './operators/stopWith.js';
import { withCommands } from './operators/withCommands.js';
import { withTriggers } from './operators/withTriggers.js';
import { logTo } from './sinks/logTo.js';
import { child$ } from './sources/child$.js';
import { pacedBy } from './sources/pacedBy.js';
import { resolveSpec } from './sources/resolveSpec.js';
import { triggers$ } from './sources/triggers$.js';

/**
 * A child, kept alive: a function from a stream of commands to a stream of events.
 *
 * ```text
 * command$   -----------------------------------------S
 * managed$   s-r-o-o-x(b)--------s-r-o-o-o-o-o-o-o-o-op-x|
 * ```
 * `s` spawned, `r` ready, `o` output, `x` exited, `b` backingOff, `p` stopping; `S` the stop command.
 *
 * Cold: subscribing starts the child. Unsubscribing stops it in the background, grace and all, with its log written
 * to the end. It never errors for what a child does: an exit is a value, and completion means that no run will follow.
 *
 * @param spec what to run, and by which policies
 * @param command$ subscribed once for all runs. Its completion means no more commands; its error is a stop, passed on
 * once the group is gone. Default: no commands
 * @param effects how to act upon the world. Default: for real
 * @param flow the byte credit of a sink such as {@link toConsole}. While it is full, the output of a running child is not
 * read. Default: none
 * @throws SpecError here and now, before any effect
 * @example
 * ```ts
 * import { Subject } from 'rxjs';
 * import { managed$, type Command } from 'rxvisor';
 *
 * const command$ = new Subject<Command>();
 * managed$({ name: 'web', command: 'sleep', args: ['60'] }, command$).subscribe((event) => {
 *   console.log(event.type); // spawned, ready, stopping, exited
 *   if (event.type === 'ready') command$.next({ type: 'stop' });
 * });
 * ```
 */
export function managed$(
  spec: ChildSpec,
  command$: Observable<Command> = NEVER,
  effects: Effects = nodeEffects,
  flow?: ByteCredit,
): Observable<ChildEvent> {
  const plan = resolveSpec(spec);
  checkArgument('command$', command$, commands);
  checkArgument('effects', effects, allEffects);
  if (flow !== undefined) checkArgument('flow', flow, credit);
  const spawning = flow === undefined ? effects : pacedBy(flow.full$, effects);
  return withCommands(command$, (command$) => {
    const logFlow = byteCredit();
    const triggered$ = (event$: Observable<ChildEvent>) => triggers$(plan, { command$, event$ }, effects);
    const life$ = withTriggers(command$, triggered$, (command$) => {
      const run$ = defer(() => {
        const act$ = new Subject<Act>();
        return child$(plan, act$, spawning, logFlow).pipe(stopWith(command$, act$, plan.stop));
      });
      return run$.pipe(permanentOn(plan.permanentOn), restartAt(plan.restartAt, { ...plan.restart, command$ }));
    });
    const { log, output, logGrace: grace } = plan;
    return life$.pipe(logTo(log, { command$, flow: logFlow, effects, output, grace }));
  });
}
