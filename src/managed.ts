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
import { withPausedOutput } from './process/withPausedOutput.js';
import { resolveSpec } from './process/resolveSpec.js';
import { logTo } from './sinks/logTo.js';
import { child$ } from './sources/child$.js';
import { triggers$ } from './sources/triggers$.js';

/** The options of {@link managed$}. */
export interface ManagedOptions {
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /**
   * The byte credit of a sink such as {@link toConsole}. While it is full, the output of the child is not read. Default: none.
   */
  readonly flow?: ByteCredit | undefined;
}

const managedOptions: OptionChecks<ManagedOptions> = { effects: allEffects, flow: byteCreditObject };

/**
 * Runs a child and keeps it running: a function from a stream of commands to a stream of events.
 *
 * ```text
 * command$   -----------------------------------------S
 * managed$   s-r-o-o-x(b)--------s-r-o-o-o-o-o-o-o-o-op-x|
 * ```
 * `s` spawned, `r` ready, `o` output, `x` exited, `b` backingOff, `p` stopping; `S` the stop command.
 *
 * - It is cold: each subscription starts a child.
 * - An unsubscription stops the child in the background, with its grace period. The log is written to the end.
 * - An exit is an event, not an error. Completion means that no run will follow.
 *
 * @param spec what to run, and how to keep it running
 * @param command$ the commands; subscribed once for all runs. Its completion means that no more commands come. Its error stops
 * the child, and is passed on when the process group has ended. Default: no commands
 * @param options see {@link ManagedOptions}. Default `{}`
 * @param scheduler for all times. Default `asyncScheduler`
 * @throws SpecError for an invalid spec, and RxvisorError with code `ERR_OPTION` for another invalid argument; at once, before
 * any effect
 * @throws the error of `command$`
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
  const runEffects = flow === undefined ? effects : withPausedOutput(flow.full$, effects);
  return withCommands(command$, (command$) => {
    const logFlow = byteCredit();
    const triggered$ = (event$: Observable<ChildEvent>) => triggers$(plan, { command$, event$ }, effects);
    const allRuns$ = withTriggers(command$, triggered$, (command$) => {
      const run$ = defer(() => {
        const act$ = new Subject<Act>();
        const run = { act$, effects: runEffects, flow: logFlow };
        return child$(plan, run, scheduler).pipe(stopWith(command$, { act$, ...plan.stop }, scheduler));
      });
      const restart = { ...plan.restart, command$ };
      return run$.pipe(giveUpOn(plan.giveUpOn), restartAt(plan.restartAt, restart, scheduler));
    });
    const { log, output, logGrace: grace } = plan;
    return allRuns$.pipe(logTo(log, { command$, flow: logFlow, effects, output, grace }, scheduler));
  });
}
