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
import { probePlace } from '../process/launchEnv.js';
import { resolveLaunch } from '../process/resolveLaunch.js';
import { resolveSpec } from '../process/resolveSpec.js';
import { run$ } from '../process/run$.js';
import { spawnFailed } from '../process/spawnProcess.js';

export interface ChildOptions {
  /** What to do to the run. Default: nothing. */
  readonly act$?: Observable<Act> | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
  /** The pipes are not read while it is full. Default: a credit of its own. */
  readonly flow?: ByteCredit | undefined;
}

const childOptions: OptionChecks<ChildOptions> = {
  act$: observable('Give an Observable of acts, or leave it out.'),
  effects: allEffects,
  flow: byteCreditObject,
};

/**
 * Exactly one run of a child: cold; subscribing starts it, `exited` or `spawnFailed` ends it. The brick for pipelines
 * of one's own; {@link managed$} adds stopping, restarting and logs.
 *
 * ```text
 * act$      ------a----------|          a: ask
 * child$    -s-r-o-----o-x|             s: spawned, r: ready, o: output, x: exited
 * ```
 *
 * - `exited` comes once the output is drained and the process group is empty. If the leader ends by itself and leaves
 *   processes behind, `stopping` with reason `leftover` comes first; somebody has to `ask` or `kill` them.
 * - `ask` is the polite stop: the message `{ stopping: true }` to a child that imported `rxvisor/child`, and
 *   `stopSignal` to what is left of its group once it is gone; message and signal to another child with IPC; the
 *   signal to the group of any other.
 * - Unsubscribing before the end kills the group: nothing is left behind.
 *
 * @param spec what to run
 * @param options see {@link ChildOptions}
 * @param scheduler for the readiness timeout, the polling of the group and `uptime`. Default `asyncScheduler`
 * @throws SpecError, before anything is started
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
      // Output that nobody sees goes to the log as the bytes it is.
      const reading = { maxLineLength: plan.maxLineLength, pause$: flow.full$, raw: !plan.output, scheduler };
      const launch = resolveLaunch(plan, effects);
      const process = effects.spawn(launch, reading);
      const probing = {
        ...effects,
        check$: (target: ProbeTarget) => effects.check$(target, probePlace(plan, effects)),
      };
      return run$(process, { plan, origin, cookie: launch.cookie, act$, effects: probing, flow, scheduler });
    } catch (error) {
      // Some failures Node throws, most it tells an instant later; here all come an instant later.
      return of(spawnFailed(error, origin)).pipe(observeOn(asapScheduler));
    }
  });
}
