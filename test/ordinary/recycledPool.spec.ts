import { firstValueFrom, from, lastValueFrom, map, mergeMap, toArray } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPool, type Pool, type PoolOptions } from 'rxvisor/pool';

function started(size: number, options: PoolOptions): { readonly pool: Pool; readonly crashes: () => number } {
  const pool = createPool({ script: 'test/fixtures/pool/all.mjs', size }, options);
  let crashes = 0;
  pool.event$.subscribe((event) => {
    if (event.type === 'exited' && !event.expected) crashes += 1;
  });
  onTestFinished(async () => pool.hardStop());
  return { pool, crashes: () => crashes };
}

const askAll = async (pool: Pool, requests: number, atOnce: number): Promise<unknown[]> =>
  lastValueFrom(
    from(Array(requests).keys()).pipe(
      mergeMap((value) => pool.request$({ do: 'sleep', ms: 1, value }), atOnce),
      map(({ data }) => data),
      toArray(),
    ),
  );

describe('a pool whose workers are recycled', () => {
  it.each([
    [1, 1],
    [2, 8],
  ])('answers all requests, and no worker crashes: size %i, %i at once', async (size, atOnce) => {
    const { pool, crashes } = started(size, { recycle: { maxRequests: 20 } });
    const workers = new Set<number>();
    pool.spawned$.subscribe(({ worker }) => workers.add(worker));
    let fewest = Infinity;
    await firstValueFrom(pool.online$);
    pool.status$.subscribe(({ workers }) => {
      fewest = Math.min(fewest, workers.filter(({ state }) => state === 'ready').length);
    });
    const answers = await askAll(pool, 1_000, atOnce);
    expect(new Set(answers).size).toBe(1_000);
    expect([crashes(), fewest]).toEqual([0, size]);
    expect(workers.size).toBeGreaterThan(size);
    await pool.softStop();
  });

  it('with one request a process gives each request a process of its own', async () => {
    const { pool } = started(2, { concurrency: 1, recycle: { maxRequests: 1 } });
    const pids = await lastValueFrom(
      from(Array(12).keys()).pipe(
        mergeMap(() => pool.request$({ do: 'pid' })),
        map(({ data }) => data),
        toArray(),
      ),
    );
    expect(new Set(pids).size).toBe(12);
    await pool.softStop();
  });
});

it('a pool with min starts more workers while requests wait, and stops those that are idle', async () => {
  const script = 'test/fixtures/pool/all.mjs';
  const pool = createPool({ script, size: 3, min: 1, idleTimeout: 200 }, { concurrency: 1 });
  onTestFinished(async () => pool.hardStop());
  const sizes: number[] = [];
  pool.status$.subscribe(({ workers }) => sizes.push(workers.length));
  await firstValueFrom(pool.online$);
  expect(sizes.at(-1)).toBe(1);
  await lastValueFrom(from(Array(9)).pipe(mergeMap(() => pool.request$({ do: 'sleep', ms: 300 }))));
  expect(Math.max(...sizes)).toBe(3);
  await vi.waitFor(() => expect(sizes.at(-1)).toBe(1), { timeout: 10_000 });
  expect((await firstValueFrom(pool.request$({ do: 'echo', value: 1 }))).data).toBe(1);
});
