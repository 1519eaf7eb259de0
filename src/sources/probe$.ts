import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, isRecord, type OptionChecks, refuseUnknownOptions } from '../model/check.js';
import { checkScheduler, effectsWith } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { schemaCheck } from '../model/schema/fields.js';
import { probes } from '../model/schema/probeSchema.js';
import { planProbe, type ProbeSpec } from '../model/spec/probe.js';
import { nodeEffects } from '../nodeEffects.js';
import { poll$, type ProbeResult } from '../process/probes.js';

export interface ProbeOptions {
  /** How to ask. Default: for real. */
  readonly effects?: Pick<Effects, 'check$'> | undefined;
}

const probeOptions: OptionChecks<ProbeOptions> = { effects: effectsWith(['check$']) };

/**
 * Asks again and again whether something is there: an HTTP server, a port, what a program says.
 *
 * ```text
 * http                                 200  200  503  503  503
 * probe$({ http, every, failures: 3 }) o----o----f----f----d---     o: ok, f: failed, d: failed, and not alive
 * ```
 *
 * - The first poll is at once, the next `every` ms later, on a grid that does not drift. Polls never overlap: while one
 *   takes longer than that, those in between are left out.
 * - A poll that has not passed after `timeout` has failed, and is given up; an answer at exactly `timeout` counts.
 * - Whatever goes wrong is a result, never an error; the polling goes on until it is unsubscribed from.
 *
 * @param probe what to ask, and how often. `every` is 10_000 ms, `timeout` 1_000 ms, `failures` 3 if not said otherwise
 * @param options see {@link ProbeOptions}
 * @param scheduler for the polls and the timeout. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for a probe that cannot be
 * @example
 * ```ts
 * import { filter, NEVER } from 'rxjs';
 * import { managed$, probe$, restartWhen } from 'rxvisor';
 *
 * const dead$ = probe$({ http: 'http://localhost:8080/health', every: 5_000 }).pipe(filter(({ alive }) => !alive));
 * managed$({ script: 'server.js' }, NEVER.pipe(restartWhen(dead$, 'health')));
 * ```
 */
export function probe$(
  probe: ProbeSpec,
  options: ProbeOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<ProbeResult> {
  if (isRecord(probe)) refuseUnknownOptions(probe, probes.livenessFields, 'probe.');
  checkArgument('probe', probe, schemaCheck(probes.liveness));
  checkOptions(options, probeOptions);
  checkScheduler(scheduler);
  const { effects = nodeEffects } = options;
  return poll$(planProbe(probe, 10_000), effects, scheduler);
}
