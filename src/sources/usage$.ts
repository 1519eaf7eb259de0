import {
  asyncScheduler,
  concat,
  defaultIfEmpty,
  defer,
  exhaustMap,
  forkJoin,
  map,
  type Observable,
  of,
  scan,
  type SchedulerLike,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, count, effectsWith } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { schemaCheck, timeout } from '../model/schema/fields.js';
import type { Status, TreeSample, Usage } from '../model/status.js';
import { nodeEffects } from '../nodeEffects.js';

export interface UsageOptions {
  /** The interval between two samples, in ms. Default `5_000`. */
  readonly every?: number | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

const usageOptions: OptionChecks<UsageOptions> = { every: schemaCheck(timeout), effects: effectsWith(['sample$']) };

/**
 * Samples the CPU and memory of a process, its group, and all their descendants. Completes when they are gone.
 *
 * ```text
 * usage$(pid, { every: 5_000 })   u 5s u 5s u 3s |
 * ```
 *
 * - Without subscribers it costs nothing. Subscribers with the same interval take their samples at the same time, from one
 *   list of processes. That list can be older than the sample, by up to a quarter of `every`.
 * - On Linux the list is read from `/proc`. On other systems pidusage gives the numbers of the process only.
 *
 * @param pid of a child, from its `spawned` event
 * @param options see {@link UsageOptions}
 * @param scheduler for the samples. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
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
  return sampleTimes$(every, scheduler).pipe(
    exhaustMap(() => effects.sample$(pid, every / 4)),
    takeWhile((sample) => sample !== undefined),
    scan(([, last]: Samples, sample): Samples => [last, sample], [none, none]),
    map(([last, sample]) => usageBetween(pid, last, sample)),
  );
}

/** The shortest time that CPU is measured over, in ms: the system counts in steps of 10 ms. */
const MIN_WINDOW = 500;
/** The longest time that CPU is measured over, in ms. After that it is measured since the start. */
const MAX_WINDOW = 60_000;

/**
 * Reads what children use on demand, for a list that is shown now and then. `cpu` is since the last reading, if that was
 * within the last minute. Otherwise it is since the start, as in ps(1). Children that do not run are left out.
 *
 * @param now the time in ms since the epoch, as in `startedAt`
 * @returns a function from statuses to usages by the child's id
 */
export function usageReader(
  { sample$ }: Pick<Effects, 'sample$'>,
  now: () => number = Date.now,
): (statuses: readonly Status[]) => Observable<ReadonlyMap<number, Usage>> {
  const readings = new Map<number, Reading>();

  return (statuses) => {
    const running = statuses.flatMap(({ id, pid, startedAt }) =>
      id === undefined || pid === undefined ? [] : [{ id, pid, startedAt }],
    );
    return forkJoin(
      running.map(({ id, pid, startedAt = now() }) =>
        sample$(pid, MIN_WINDOW).pipe(map((sample) => [id, usageOf(pid, startedAt, sample)] as const)),
      ),
    ).pipe(
      defaultIfEmpty([]),
      tap(forget),
      map((found) => new Map(found.flatMap(([id, usage]) => (usage === undefined ? [] : [[id, usage] as const])))),
    );
  };

  function usageOf(pid: number, startedAt: number, sample: TreeSample | undefined): Usage | undefined {
    if (sample === undefined) {
      readings.delete(pid);
      return undefined;
    }
    const last = readings.get(pid);
    const window = sample.at - (last?.sample.at ?? -Infinity);
    if (last !== undefined && window < MIN_WINDOW) return last.usage;
    const since =
      last !== undefined && window <= MAX_WINDOW ? last.sample : { at: sample.at - (now() - startedAt), processes: [] };
    const usage = usageBetween(pid, since, sample);
    readings.set(pid, { sample, usage });
    return usage;
  }

  /** Forgets processes that have gone. */
  function forget(): void {
    const newest = Math.max(...[...readings.values()].map(({ sample }) => sample.at));
    for (const [pid, { sample }] of readings) if (newest - sample.at > MAX_WINDOW) readings.delete(pid);
  }
}

/**
 * Emits at once, and then at the multiples of `every`: subscribers with the same interval share their samples. The first
 * pause is between half of `every` and one and a half times `every`.
 */
function sampleTimes$(every: number, scheduler: SchedulerLike): Observable<number> {
  return defer(() => {
    const rest = every - (scheduler.now() % every);
    return concat(of(0), timer(rest < every / 2 ? rest + every : rest, every, scheduler));
  });
}

type Samples = readonly [last: TreeSample, now: TreeSample];

const none: TreeSample = { at: Infinity, processes: [] };

/** What a tree of processes uses at a sample. `cpu` is since the last sample. */
function usageBetween(pid: number, last: TreeSample, { at, processes }: TreeSample): Usage {
  const before = new Map(last.processes.map(({ id, cpu }) => [id, cpu]));
  const used = processes.reduce((sum, { id, cpu }) => sum + cpu - (before.get(id) ?? 0), 0);
  return {
    pid,
    cpu: at > last.at ? (100 * used) / (at - last.at) : 0,
    rss: processes.reduce((sum, { rss }) => sum + rss, 0),
    processes: processes.length,
  };
}

interface Reading {
  readonly sample: TreeSample;
  readonly usage: Usage;
}
