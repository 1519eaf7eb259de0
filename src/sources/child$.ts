import { asapScheduler, asyncScheduler, defer, NEVER, type Observable, observeOn, of, type SchedulerLike } from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, byteCreditObject, observable } from '../model/checks.js';
import type { ChildEvent } from '../model/childEvent.js';
import type { Effects } from '../model/effects.js';
import type { Act } from '../model/spawnedProcess.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Plan } from '../model/spec/plan.js';
import type { ProbeTarget } from '../model/spec/probe.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import { type ByteCredit, byteCredit } from '../operators/byteCredit.js';
import { withEnvFiles } from '../process/envFiles.js';
import { probePlace } from '../process/launchEnv.js';
import { resolveLaunch } from '../process/resolveLaunch.js';
import { resolveSpec } from '../process/resolveSpec.js';
import { run$ } from '../process/run$.js';
import { spawnFailed } from '../process/spawnProcess.js';

export interface ChildOptions {
  /** What is done to the run: `ask`, `kill`, `fail`, a signal or a message. Default: nothing. */
  readonly act$?: Observable<Act> | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /** While it is full, the output of the child is not read. Default: a credit of its own. */
  readonly flow?: ByteCredit | undefined;
}

const childOptions: OptionChecks<ChildOptions> = {
  act$: observable('Give an Observable of acts, or leave it out.'),
  effects: allEffects,
  flow: byteCreditObject,
};

/**
 * Runs a child exactly once. Use it to build your own pipeline; {@link managed$} adds stops, restarts and logs.
 *
 * ```text
 * act$      ------a----------|          a: ask
 * child$    -s-r-o-----o-x|             s: spawned, r: ready, o: output, x: exited
 * ```
 *
 * - It is cold: subscribing starts the child. `exited` or `spawnFailed` is the last event.
 * - `exited` comes when the output is drained and the process group is empty. If the leader exits by itself and leaves
 *   processes behind, `stopping` with reason `leftover` comes first. Send `ask` or `kill` to end them.
 * - `ask` requests a graceful stop. A child that imported `rxvisor/child` gets the message `{ stopping: true }`; what is
 *   left of its group when it has exited gets `stopSignal`. Another child with IPC gets message and signal, any other
 *   child only the signal. Signals go to the group.
 * - Unsubscribing before the end kills the group: nothing is left behind.
 *
 * @param spec what to run
 * @param options see {@link ChildOptions}
 * @param scheduler for the readiness timeout, the polling of the group and `uptime`. Default `asyncScheduler`
 * @throws SpecError at once, before any effect
 * @example
 * ```ts
 * import { child$ } from 'rxvisor';
 *
 * child$({ command: 'echo', args: ['hello'] }).subscribe((event) => {
 *   console.log(event.type); // spawned, ready, output, exited
 * });
 * ```
 */
export function child$(
  spec: ChildSpec | Plan,
  options: ChildOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<ChildEvent> {
  const plan = resolveSpec(spec);
  checkOptions(options, childOptions);
  checkScheduler(scheduler);
  const { act$ = NEVER, effects = nodeEffects, flow = byteCredit() } = options;
  const origin = plan.name === undefined ? { attempt: 1 } : { name: plan.name, attempt: 1 };
  return defer(() => {
    try {
      // Without `output` events, nobody needs text: the bytes go to the log as they are.
      const reading = { maxLineLength: plan.maxLineLength, pause$: flow.full$, raw: !plan.output, scheduler };
      const runPlan = withEnvFiles(plan, effects);
      const launch = resolveLaunch(runPlan, effects);
      const process = effects.spawn(launch, reading);
      const probing = {
        ...effects,
        check$: (target: ProbeTarget) => effects.check$(target, probePlace(runPlan, effects)),
      };
      return run$(process, { plan, origin, cookie: launch.cookie, act$, effects: probing, flow, scheduler });
    } catch (error) {
      // Node throws some failures and emits most of them later. Here all of them are emitted later.
      return of(spawnFailed(error, origin)).pipe(observeOn(asapScheduler));
    }
  });
}
