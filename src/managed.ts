import { asyncScheduler, defer, NEVER, type Observable, type SchedulerLike, Subject } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from './model/check.js';
import { checkScheduler, commands, byteCreditObject } from './model/checks.js';
import type { ChildEvent } from './model/childEvent.js';
import type { Command } from './model/command.js';
import type { Effects } from './model/effects.js';
import type { Act } from './model/spawnedProcess.js';
import type { ChildSpec } from './model/spec/childSpec.js';
import { allEffects, nodeEffects } from './nodeEffects.js';
import { type ByteCredit, byteCredit } from './operators/byteCredit.js';
import { giveUpOn } from './operators/giveUpOn.js';
import { restartAt } from './operators/restartAt.js';
import { stopWith } from './operators/stopWith.js';
import { withCommands, withTriggers } from './operators/withCommands.js';
import { withPausedOutput } from './process/processTrees.js';
import { resolveSpec } from './process/resolveSpec.js';
import { logTo } from './sinks/logTo.js';
import { child$ } from './sources/child$.js';
import { triggers$ } from './sources/triggers$.js';

export interface ManagedOptions {
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
  /** The byte credit of a sink such as {@link toConsole}. While it is full, the output of a running child is not read. Default: none. */
  readonly flow?: ByteCredit | undefined;
}

const managedOptions: OptionChecks<ManagedOptions> = { effects: allEffects, flow: byteCreditObject };

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
 * @param options see {@link ManagedOptions}
 * @param scheduler for every time of the pipeline. Default `asyncScheduler`
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
  options: ManagedOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<ChildEvent> {
  const plan = resolveSpec(spec);
  checkArgument('command$', command$, commands);
  checkOptions(options, managedOptions);
  checkScheduler(scheduler);
  const { effects = nodeEffects, flow } = options;
  const spawning = flow === undefined ? effects : withPausedOutput(flow.full$, effects);
  return withCommands(command$, (command$) => {
    const logFlow = byteCredit();
    const triggered$ = (event$: Observable<ChildEvent>) => triggers$(plan, { command$, event$ }, effects);
    const life$ = withTriggers(command$, triggered$, (command$) => {
      const run$ = defer(() => {
        const act$ = new Subject<Act>();
        const run = { act$, effects: spawning, flow: logFlow };
        return child$(plan, run, scheduler).pipe(stopWith(command$, { act$, ...plan.stop }, scheduler));
      });
      const restart = { ...plan.restart, command$ };
      return run$.pipe(giveUpOn(plan.giveUpOn), restartAt(plan.restartAt, restart, scheduler));
    });
    const { log, output, logGrace: grace } = plan;
    return life$.pipe(logTo(log, { command$, flow: logFlow, effects, output, grace }, scheduler));
  });
}
