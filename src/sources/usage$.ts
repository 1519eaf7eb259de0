import {
  asyncScheduler,
  concat,
  defer,
  exhaustMap,
  map,
  type Observable,
  of,
  scan,
  type SchedulerLike,
  takeWhile,
  timer,
} from 'rxjs';
import { type Effects, nodeEffects } from '../effects.js';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { bySchema } from '../model/checkBy.js';
import { checkScheduler } from '../model/checkOption.js';
import { count, effectsWith } from '../model/checks.js';
import { timeout } from '../model/fields.js';
import type { Usage } from '../model/usage.js';
import type { TreeSample } from './samples.js';
import { usageBetween } from './usageBetween.js';

export interface UsageOptions {
  /** How many ms there are between two looks. Default `5_000`. */
  readonly every?: number | undefined;
  /** How to look. Default: for real. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

const usageOptions: OptionChecks<UsageOptions> = { every: bySchema(timeout), effects: effectsWith(['sample$']) };

/**
 * What a process and all it started use: its group, and the children of these. Completes when they are gone.
 *
 * ```text
 * usage$(pid, { every: 5_000 })   u 5s u 5s u 3s |
 * ```
 *
 * It costs nothing while nobody looks, and little for many: all look at the same time, at the same list of processes, which
 * may be a quarter of `every` old. On Linux it is read from `/proc`; elsewhere pidusage is asked, for the process alone.
 *
 * @param pid of a child, as in `spawned`
 * @param options `every` in ms, default `5_000`
 * @param scheduler for the looks. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, when there can be no such interval
 * @see proc_pid_stat(5)
 * @example
 * ```ts
 * import { filter, switchMap } from 'rxjs';
 * import { managed$, usage$ } from 'rxvisor';
 *
 * managed$({ script: 'server.js' })
 *   .pipe(
 *     filter((event) => event.type === 'spawned'),
 *     switchMap(({ pid }) => usage$(pid, { every: 1_000 })),
 *   )
 *   .subscribe(({ cpu, rss }) => {
 *     console.log(`${cpu.toFixed(0)} %, ${(rss / 2 ** 20).toFixed(0)} MiB`);
 *   });
 * ```
 */
export function usage$(
  pid: number,
  options: UsageOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<Usage> {
  checkArgument('pid', pid, count('a process id', 1));
  checkOptions(options, usageOptions);
  checkScheduler(scheduler);
  const { every = 5_000, effects = nodeEffects } = options;
  return looks$(every, scheduler).pipe(
    exhaustMap(() => effects.sample$(pid, every / 4)),
    takeWhile((sample) => sample !== undefined),
    scan(([, last]: Looks, sample): Looks => [last, sample], [none, none]),
    map(([last, sample]) => usageBetween(pid, last, sample)),
  );
}

/**
 * At once, and then when those of all who look as often are due: they share one look. The first pause is half of `every` at least,
 * and one and a half at most.
 */
function looks$(every: number, scheduler: SchedulerLike): Observable<number> {
  return defer(() => {
    const rest = every - (scheduler.now() % every);
    return concat(of(0), timer(rest < every / 2 ? rest + every : rest, every, scheduler));
  });
}

type Looks = readonly [last: TreeSample, now: TreeSample];

const none: TreeSample = { at: Infinity, processes: [] };
