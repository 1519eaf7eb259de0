import { defaultIfEmpty, forkJoin, map, type Observable, tap } from 'rxjs';
import type { Effects } from '../effects.js';
import type { Status } from '../model/status.js';
import type { Usage } from '../model/usage.js';
import type { TreeSample } from './samples.js';
import { usageBetween } from './usageBetween.js';

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
