import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { createPool, type Pool, type PoolOptions, type RequestOptions, type WorkerSpec } from '../../src/pool/index.js';
import { fixture } from './bench.js';

const pools: Pool[] = [];

function start(name: string, spec: Partial<WorkerSpec> = {}, options: PoolOptions = {}): Pool {
  const pool = createPool({ script: fixture(`pool/${name}.mjs`), size: 1, ...spec }, options);
  pools.push(pool);
  return pool;
}

const ask = async (pool: Pool, data: unknown, options?: RequestOptions): Promise<unknown> =>
  (await firstValueFrom(pool.request$(data, options))).data;
const failure = async (pool: Pool, data: unknown): Promise<unknown> =>
  ask(pool, data).then(
    () => undefined,
    (error: unknown) => error,
  );

afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.hardStop()));
});

describe('an unresponsive worker that is to be replaced', () => {
  const begin = async (doing: object, neighbour: object) => {
    const pool = start('all', { grace: 200 }, { concurrency: 4, onUnresponsive: 'replace' });
    await firstValueFrom(pool.online$);
    const oldPid = await ask(pool, { do: 'pid' });
    const other = ask(pool, neighbour);
    const controller = new AbortController();
    const cancelled = ask(pool, doing, { signal: controller.signal });
    // What comes after that has been sent after it.
    const rejected = expect(cancelled).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await rejected;
    return { pool, oldPid, other };
  };

  it('finishes its other requests, and gets no new ones', async () => {
    const sleep = { do: 'sleep', ms: 1_500, value: 'neighbour' };
    const { pool, oldPid, other } = await begin({ ...sleep, ms: 60_000 }, sleep);
    const events: string[] = [];
    pool.event$.subscribe(({ type, id }) => events.push(`${type} ${id}`));
    expect(await other).toBe('neighbour');
    expect(await ask(pool, { do: 'pid' })).not.toBe(oldPid);
    expect(events.findIndex((event) => event === 'ready 2')).toBeGreaterThanOrEqual(0);
    expect(events.slice(0, events.indexOf('ready 2'))).not.toContain('stopping 1');
  });

  it('that is blocked: its other requests go to the new one, without a retry of their own', async () => {
    const { pool, oldPid, other } = await begin(
      { do: 'block', ms: 60_000 },
      { do: 'sleep', ms: 100, value: 'neighbour' },
    );
    expect(await other).toBe('neighbour');
    expect(await ask(pool, { do: 'pid' })).not.toBe(oldPid);
  });
});

describe('a worker that says it is ready in another way', () => {
  it.each(['childReady', 'sentReady'])('is ready: %s', async (name) => {
    const pool = start(name, { readyTimeout: 5_000 });
    expect(await ask(pool, 'answered')).toBe('answered');
    await pool.softStop();
  });

  it('but is no worker is ended, and requests and a soft stop do not wait for ever', async () => {
    const pool = start('notAWorker', { readyTimeout: 300, restartAt: [1], limit: { max: 1, within: 60_000 } });
    const request = failure(pool, 1);
    await pool.softStop();
    expect(await request).toMatchObject({
      code: 'ERR_GAVE_UP',
      cause: { message: 'it was not ready in time: it did not load rxvisor/worker' },
    });
  });
});

describe('an error says how the worker ended', () => {
  it('that died with a request: by exit code, with its last words', async () => {
    const pool = start('dies');
    const error = await failure(pool, { code: 7, text: 'no disk' });
    expect(error).toMatchObject({ code: 'ERR_WORKER_DIED', exit: { code: 7, signal: null }, stderr: ['no disk'] });
    expect(String(error)).toMatch(
      /worker 1 \(pid \d+\) died before it answered\. The last run ended: exit code 7\. On its stderr: no disk$/,
    );
  });

  it('that died with a request: by signal', async () => {
    const pool = start('dies');
    expect(await failure(pool, { signal: 'SIGKILL' })).toMatchObject({
      code: 'ERR_WORKER_DIED',
      exit: { code: null, signal: 'SIGKILL' },
    });
  });

  it('that was the last to end of those that failed', async () => {
    const pool = start('dies', { restartAt: [] });
    await failure(pool, { code: 9, text: 'the end' });
    expect(await failure(pool, 1)).toMatchObject({
      code: 'ERR_GAVE_UP',
      exit: { code: 9, signal: null },
      stderr: ['the end'],
      message: expect.stringContaining('the worker failed: restart limit reached.') as string,
    });
  });
});

it('status$ gives its state as it is when it is subscribed', async () => {
  const pool = start('all');
  await firstValueFrom(pool.online$);
  const hanging = failure(pool, { do: 'hang' });
  expect(await firstValueFrom(pool.status$)).toMatchObject({
    outstanding: 1,
    workers: [{ outstanding: 1, served: 1 }],
  });
  await pool.hardStop();
  expect(await firstValueFrom(pool.status$)).toMatchObject({ state: 'stopped', outstanding: 0, workers: [] });
  expect(await hanging).toMatchObject({ code: 'ERR_STOPPED' });
});

it('runTimeout counts from the start of the work, timeout from the subscription', async () => {
  const pool = start('all', {}, { concurrency: 1 });
  await firstValueFrom(pool.online$);
  const first = ask(pool, { do: 'sleep', ms: 400, value: 'first' });
  const patient = ask(pool, { do: 'sleep', ms: 10, value: 'second' }, { runTimeout: 300 });
  const impatient = expect(ask(pool, { do: 'pid' }, { timeout: 200 })).rejects.toThrow(/^timeout: .* within 200 ms$/);
  expect([await first, await patient]).toEqual(['first', 'second']);
  await impatient;
  const long = ask(pool, { do: 'hang' }, { runTimeout: 100 });
  await expect(long).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
    message: expect.stringContaining('runTimeout: ') as string,
  });
});
