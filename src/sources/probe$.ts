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
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'check$'> | undefined;
}

const probeOptions: OptionChecks<ProbeOptions> = { effects: effectsWith(['check$']) };

/**
 * Checks at a fixed interval whether something works: an HTTP server, a TCP port, or a command that exits with 0.
 *
 * ```text
 * http                                 200  200  503  503  503
 * probe$({ http, every, failures: 3 }) o----o----f----f----d---     o: ok, f: failed, d: failed and not alive
 * ```
 *
 * - The first poll comes at once, the next one `every` ms later. The interval does not drift. Polls never overlap: a poll
 *   that would start during another one is skipped.
 * - A poll that has not passed after `timeout` ms has failed, and is cancelled. An answer at exactly `timeout` counts.
 * - A failure is a result, never an error. Polling continues until you unsubscribe.
 *
 * @param probe what to check, and how often. Defaults: `every` 10_000 ms, `timeout` 1_000 ms, `failures` 3
 * @param options see {@link ProbeOptions}
 * @param scheduler for the polls and the timeout. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid probe
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
