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
  /** How many ms there are between two looks. Default `5_000`. */
  readonly every?: number | undefined;
  /** How to look. Default: for real. */
  readonly effects?: Pick<Effects, 'sample$'> | undefined;
}

const usageOptions: OptionChecks<UsageOptions> = { every: schemaCheck(timeout), effects: effectsWith(['sample$']) };

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

/** What a tree of processes uses at a look, and how busy it was since the one before. */
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

/** What was seen at a look, and what was told of it. */
interface Look {
  readonly sample: TreeSample;
  readonly usage: Usage;
}

/** In ms. A window below the first tells nothing: the system counts in 10 ms. Beyond the second nobody was looking. */
const MIN_WINDOW = 500;
const MAX_WINDOW = 60_000;

/**
 * For those who look now and then: what children use, by their ids. `cpu` is since the last look, if that was within the last
 * minute; else since the start, as ps(1) has it. Who does not run is left out.
 *
 * @param now in ms since the epoch, as `startedAt` is
 */
export function usageReader(
  { sample$ }: Pick<Effects, 'sample$'>,
  now: () => number = Date.now,
): (statuses: readonly Status[]) => Observable<ReadonlyMap<number, Usage>> {
  const looks = new Map<number, Look>();

  return (statuses) => {
    const running = statuses.flatMap(({ id, pid, startedAt }) =>
      id === undefined || pid === undefined ? [] : [{ id, pid, startedAt }],
    );
    return forkJoin(
      running.map(({ id, pid, startedAt = now() }) =>
        sample$(pid, MIN_WINDOW).pipe(map((sample) => [id, noted(pid, startedAt, sample)] as const)),
      ),
    ).pipe(
      defaultIfEmpty([]),
      tap(forget),
      map((found) => new Map(found.flatMap(([id, usage]) => (usage === undefined ? [] : [[id, usage] as const])))),
    );
  };

  function noted(pid: number, startedAt: number, sample: TreeSample | undefined): Usage | undefined {
    if (sample === undefined) {
      looks.delete(pid);
      return undefined;
    }
    const last = looks.get(pid);
    const window = sample.at - (last?.sample.at ?? -Infinity);
    if (last !== undefined && window < MIN_WINDOW) return last.usage;
    const since =
      last !== undefined && window <= MAX_WINDOW ? last.sample : { at: sample.at - (now() - startedAt), processes: [] };
    const usage = usageBetween(pid, since, sample);
    looks.set(pid, { sample, usage });
    return usage;
  }

  /** Those whose processes have gone meanwhile. */
  function forget(): void {
    const newest = Math.max(...[...looks.values()].map(({ sample }) => sample.at));
    for (const [pid, { sample }] of looks) if (newest - sample.at > MAX_WINDOW) looks.delete(pid);
  }
}
