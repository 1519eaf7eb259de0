import { createHash, randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { firstValueFrom, lastValueFrom, map, range, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createPool,
  type Pool,
  type PoolOptions,
  type RequestOptions,
  type Response,
  viaPool,
  type WorkerSpec,
} from '../../src/pool/index.js';
import { fixture, runs } from './bench.js';

interface Watched {
  readonly pool: Pool;
  readonly pids: number[];
  readonly output: () => string;
}

const pools: Watched[] = [];

function start(options: PoolOptions = {}, spec: Partial<WorkerSpec> = {}): Watched {
  const pool = createPool({ script: fixture('pool/all.mjs'), size: 2, grace: 5_000, ...spec }, options);
  const pids: number[] = [];
  let output = '';
  pool.spawned$.subscribe(({ pid }) => pids.push(pid));
  pool.event$.subscribe((event) => (output += event.type === 'output' ? event.text : ''));
  const watched = { pool, pids, output: () => output };
  pools.push(watched);
  return watched;
}

const ask = async <T>(pool: Pool, doing: object, options?: RequestOptions): Promise<Response<T>> =>
  firstValueFrom(pool.request$<T>(doing, options));
const dataOf = async (pool: Pool, doing: object, options?: RequestOptions): Promise<unknown> =>
  (await ask(pool, doing, options)).data;

const handles = (): number =>
  process.getActiveResourcesInfo().filter((kind) => /ProcessWrap|PipeWrap/.test(kind)).length;
const before = handles();

afterEach(async () => {
  for (const { pool, pids } of pools.splice(0)) {
    await pool.hardStop();
    expect(pids.filter(runs)).toEqual([]);
  }
  await vi.waitFor(() => expect(handles()).toBeLessThanOrEqual(before));
});

describe('what is asked and answered', () => {
  it.each([
    undefined,
    null,
    -0,
    NaN,
    42n,
    'line\n\u{1F600} \ud800',
    { a: [1, { b: null }], __proto__x: 1 },
    { a: undefined },
    [undefined],
    new Date(0),
    new Map([['a', new Set([1])]]),
    /x/g,
    Buffer.from('bytes'),
    new Uint8Array([1, 2, 3]),
    new Float64Array([0.5]),
  ])('arrives unchanged: %o', async (value) => {
    const { pool } = start({}, { size: 1 });
    expect(await dataOf(pool, { do: 'echo', value })).toStrictEqual(value);
  });

  it('many bytes, and errors, arrive as such', async () => {
    const { pool } = start();
    const bytes = randomBytes(3_000_000);
    const back = await dataOf(pool, { do: 'echo', value: bytes });
    expect(Buffer.isBuffer(back) && back.equals(bytes)).toBe(true);
    const error = (await dataOf(pool, { do: 'echo', value: new TypeError('bad') })) as Error;
    expect([error, error.message]).toEqual([expect.any(TypeError), 'bad']);
  });

  it('emits each value of an async iterable or an Observable as an answer', async () => {
    const { pool } = start();
    const numbers = async (doing: string) =>
      lastValueFrom(
        pool.request$({ do: doing, to: 1_000 }).pipe(
          map(({ data }) => data),
          toArray(),
        ),
      );
    const expected = Array.from({ length: 1_000 }, (_, n) => n);
    expect(await numbers('count')).toEqual(expected);
    expect(await numbers('observable')).toEqual(expected);
  });

  it('goes on without the rest of an iterable once nobody wants it', async () => {
    const { pool } = start({ concurrency: 1 }, { size: 1 });
    expect(await dataOf(pool, { do: 'count', to: Infinity })).toBe(0);
    expect(await dataOf(pool, { do: 'echo', value: 1 })).toBe(1);
  });
});

describe('bad input loses nothing else', () => {
  it('is an error of its own request', async () => {
    const { pool, output } = start({}, { size: 1 });
    const slow = dataOf(pool, { do: 'sleep', ms: 300, value: 'slow' });
    await expect(dataOf(pool, { do: 'throws' })).rejects.toMatchObject({ name: 'RangeError', code: 'ERR_MINE' });
    await expect(dataOf(pool, { do: 'function' })).rejects.toThrow(
      /^answer: cannot be sent: .*Give a value that structuredClone can copy, nested 1,000 levels at most\.$/,
    );
    await expect(dataOf(pool, { do: 'echo', value: () => 1 })).rejects.toThrow(/^payload: cannot be sent/);
    expect(await dataOf(pool, { do: 'twice' })).toBe(1);
    await vi.waitFor(() => expect(output()).toContain('was answered twice: the second answer is dropped.'));
    await expect(dataOf(pool, { do: 'late', ms: 50 }, { timeout: 10 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await vi.waitFor(() => expect(output()).toContain('respond false'));
    expect(await slow).toBe('slow');
  });

  it('of a worker that serves nothing, too', async () => {
    const { pool } = start({}, { script: fixture('pool/serveless.mjs'), size: 1 });
    await expect(dataOf(pool, {})).rejects.toThrow('serve: this worker has no handler. Call serve() before ready().');
    expect(await pool.broadcast('any')).toEqual([{ worker: 1, data: 'received' }]);
  });

  it('a script that is not there, or no script at all, is an error before any effect', () => {
    expect(() => createPool({ script: '/nowhere/worker.js' })).toThrow(
      `script: there is no file '/nowhere/worker.js'.`,
    );
    expect(() => createPool({ command: 'sleep' })).toThrow("command: 'sleep' cannot be a worker");
    expect(() => createPool({ script: 'worker.py' })).toThrow("script: 'worker.py' cannot be a worker");
    expect(() => createPool({ script: fixture('pool/all.mjs'), size: 0 })).toThrow(
      'size: 0 is not a number of workers.',
    );
  });

  it('a payload or an answer beyond the limit says so', async () => {
    const { pool, pids } = start({ maxFrame: 2 ** 20 }, { size: 1 });
    const value = Buffer.alloc(2 ** 21);
    await expect(dataOf(pool, { do: 'echo', value })).rejects.toThrow(
      /^payload: has 2097\d+ bytes; .* raise maxFrame\.$/,
    );
    await expect(dataOf(pool, { do: 'large', bytes: 2 ** 21 })).rejects.toThrow(/^answer: has 2097\d+ bytes; /);
    await expect(pool.broadcast('double', value)).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
    await expect(dataOf(pool, { do: 'emit', bytes: 2 ** 21 })).rejects.toThrow(/^event: has 2097\d+ bytes; /);
    pool.on$('ask').subscribe(({ respond }) => respond(value));
    await expect(dataOf(pool, { do: 'ask', value: 1 })).rejects.toMatchObject({ code: 'ERR_TOO_LARGE' });
    expect(await dataOf(pool, { do: 'echo', value: 1 })).toBe(1);
    expect(pids).toHaveLength(1);
  });
});

describe('streams', () => {
  it('go to the worker and back', async () => {
    const { pool } = start();
    const bytes = randomBytes(5_000_000);
    const hash = await dataOf(pool, { do: 'hash' }, { stream: Readable.from(chunks(bytes), { objectMode: false }) });
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    const back = await ask(pool, { do: 'mirror' }, { stream: Readable.from(chunks(bytes), { objectMode: false }) });
    expect(back.data).toBe('as it came');
    expect((await buffer(back.stream!)).equals(bytes)).toBe(true);
  });

  it('are as slow as their reader: what is on its way is bounded', async () => {
    const { pool } = start();
    let given = 0;
    const endless = new Readable({
      read() {
        given += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    const { stream } = await ask(pool, { do: 'mirror' }, { stream: endless });
    let settled = 0;
    await vi.waitFor(
      () => {
        const same = given === settled && given > 0;
        settled = given;
        expect(same).toBe(true);
      },
      { interval: 200, timeout: 10_000 },
    );
    expect(given).toBeLessThan(16 * 2 ** 20);
    stream!.destroy();
    await vi.waitFor(() => expect(endless.destroyed).toBe(true));
  });

  it('break off when either end does', async () => {
    const { pool } = start({}, { size: 1 });
    const source = new PassThrough();
    const { stream } = await ask(pool, { do: 'mirror' }, { stream: source });
    source.write('a');
    const [first] = (await firstOf(stream!)) as Buffer[];
    expect(String(first)).toBe('a');
    const failed = new Promise((resolve) => stream!.on('error', resolve));
    source.destroy(new Error('no more'));
    expect(await failed).toMatchObject({ message: 'no more' });

    const other = await ask(pool, { do: 'mirror' }, { stream: new PassThrough() });
    const broken = new Promise((resolve) => other.stream!.on('error', resolve));
    await expect(dataOf(pool, { do: 'die' })).rejects.toMatchObject({ code: 'ERR_WORKER_DIED' });
    expect(await broken).toMatchObject({ code: 'ERR_WORKER_DIED' });
  });

  it('do no harm to a worker that has not looked at one that is cut off', async () => {
    const { pool, pids } = start({}, { size: 1 });
    await firstValueFrom(pool.online$);
    const source = new PassThrough();
    const options = { stream: source, timeout: 200 };
    await expect(dataOf(pool, { do: 'hang' }, options)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await vi.waitFor(() => expect(source.destroyed).toBe(true));
    const failing = new PassThrough();
    const hanging = dataOf(pool, { do: 'sleep', ms: 100, value: 'alive' }, { stream: failing });
    failing.destroy(new Error('no more'));
    expect(await hanging).toBe('alive');
    expect(pids).toHaveLength(1);
  });

  it('a worker that reads no further stops the writer', async () => {
    const { pool } = start({}, { size: 1 });
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    expect(await dataOf(pool, { do: 'slow', bytes: 3_000_000 }, { stream: endless })).toBeGreaterThanOrEqual(3_000_000);
    await vi.waitFor(() => expect(endless.destroyed).toBe(true));
  });
});

describe('sockets', () => {
  it('are passed to the workers and spread over them; so is a server', async () => {
    const { pool, pids } = start();
    await firstValueFrom(pool.online$);
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address() as { port: number };
    server.on('connection', (socket: Socket) => {
      pool.request$({ do: 'say', text: 'hello' }, { socket, timeout: 300 }).subscribe({ error: () => undefined });
    });
    const greetings = await Promise.all(
      [1, 2].map(async () => String(await buffer(connect(address.port, '127.0.0.1')))),
    );
    expect(greetings).toEqual(['hello', 'hello']);
    const statuses = await firstValueFrom(pool.status$);
    expect(statuses.workers).toHaveLength(2);

    server.removeAllListeners('connection');
    expect(await dataOf(pool, { do: 'listen' }, { socket: server })).toBe('listening');
    await new Promise((resolve) => server.close(resolve));
    expect(pids.map((pid) => `served by ${pid}`)).toContain(String(await buffer(connect(address.port, '127.0.0.1'))));
  });
});

describe('events', () => {
  it('are broadcast, and each worker answers', async () => {
    const { pool } = start();
    await firstValueFrom(pool.online$);
    expect(await pool.broadcast('double', 21)).toEqual([
      { worker: 1, data: 42 },
      { worker: 2, data: 42 },
    ]);
    expect(await pool.broadcast('unknown')).toEqual([
      { worker: 1, data: undefined },
      { worker: 2, data: undefined },
    ]);
    expect(await pool.broadcast('fail')).toEqual([
      { worker: 1, error: expect.objectContaining({ message: 'cannot' }) as unknown },
      { worker: 2, error: expect.objectContaining({ message: 'cannot' }) as unknown },
    ]);
  });

  it('of a worker get an answer: from a promise, or undefined without a subscriber', async () => {
    const { pool } = start();
    expect(await dataOf(pool, { do: 'ask', value: 1 })).toBeUndefined();
    const answers = pool.on$<number>('ask').subscribe(({ data, respond }) => {
      expect(respond(Promise.resolve(data + 1))).toBe(true);
      expect(respond(0)).toBe(false);
    });
    expect(await dataOf(pool, { do: 'ask', value: 1 })).toBe(2);
    answers.unsubscribe();
  });
});

describe('stops', () => {
  it('softly: open requests finish, handlers are awaited, and so is a busy worker', async () => {
    const { pool, pids, output } = start({}, { size: 1 });
    const running = dataOf(pool, { do: 'sleep', ms: 200, value: 'done' });
    await dataOf(pool, { do: 'busy' });
    const stopped = pool.softStop();
    await expect(dataOf(pool, { do: 'pid' })).rejects.toMatchObject({ code: 'ERR_STOPPED' });
    expect(await running).toBe('done');
    await stopped;
    expect(output()).toBe('stopped softly\n');
    expect(pids.filter(runs)).toEqual([]);
  });

  it('hard: requests fail at once, and handlers run', async () => {
    const { pool, pids, output } = start();
    const hanging = dataOf(pool, { do: 'hang' });
    const failed = expect(hanging).rejects.toMatchObject({ code: 'ERR_STOPPED' });
    await firstValueFrom(pool.online$);
    await pool.hardStop();
    await failed;
    expect(output()).toBe('stopped hard\nstopped hard\n');
    expect(pids.filter(runs)).toEqual([]);
  });

  it('a blocked worker is replaced, if that is what is wanted', async () => {
    const { pool, pids } = start({ onUnresponsive: 'replace', concurrency: 1 }, { size: 1, grace: 100 });
    await firstValueFrom(pool.online$);
    await expect(dataOf(pool, { do: 'block', ms: 20_000 }, { timeout: 500 })).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
    });
    expect(await dataOf(pool, { do: 'echo', value: 1 })).toBe(1);
    expect(pids).toHaveLength(2);
  });
});

it('health$ shows the memory of each worker', async () => {
  const { pool, pids } = start();
  await firstValueFrom(pool.online$);
  const health = await firstValueFrom(pool.health$);
  expect(health.map(({ pid }) => pid)).toEqual(pids);
  expect(health.every(({ rss, heapTotal, heapUsed }) => rss > heapTotal && heapTotal > 0 && heapUsed > 0)).toBe(true);
});

it('requests() is a copy of the list of open requests', async () => {
  const { pool } = start({}, { size: 1 });
  const response = await ask<string[][]>(pool, { do: 'ongoing' });
  expect(response.data).toEqual([[response.id], [], [response.id]]);
});

it('a request has its id, its creation time, and its stream and socket', async () => {
  const { pool } = start();
  await firstValueFrom(pool.online$);
  const plain = await ask(pool, { do: 'about' });
  const { id, createdAt } = plain;
  expect(plain.data).toEqual({ id, createdAt, hasStream: false, hasSocket: false });
  expect(Date.now() - createdAt).toBeLessThan(20_000);
  const streamed = await ask(pool, { do: 'about' }, { stream: Readable.from([Buffer.of(1)], { objectMode: false }) });
  expect(streamed.data).toMatchObject({ hasStream: true, hasSocket: false });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(await dataOf(pool, { do: 'about' }, { socket: server })).toMatchObject({ hasStream: false, hasSocket: true });
  await new Promise((resolve) => server.close(resolve));
});

it('a worker that releases a request gets the next one before its answer', async () => {
  const { pool } = start({ concurrency: 1 }, { size: 1 });
  const order: unknown[] = [];
  const slow = dataOf(pool, { do: 'releases', ms: 500 }).then((answer) => order.push(answer));
  const next = dataOf(pool, { do: 'echo', value: 'next' }).then((answer) => order.push(answer));
  await Promise.all([slow, next]);
  expect(order).toEqual(['next', 'slow']);
});

it('viaPool maps an Observable, in order, with no more out than the workers can take', async () => {
  const { pool } = start({ concurrency: 4, queue: { max: 8 } });
  const mapped$ = range(0, 2_000).pipe(
    map((value) => ({ do: 'echo', value })),
    viaPool(pool, { ordered: true }),
    toArray(),
  );
  expect(await lastValueFrom(mapped$)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
});

it('100,000 requests with a worker killed every 100 ms: each settles once', async () => {
  const { pool } = start(
    { concurrency: 64, retries: 100, queue: { max: Infinity } },
    { size: 4, restartAt: [10], limit: { max: 1_000_000, within: 1_000 } },
  );
  await firstValueFrom(pool.online$);
  let kills = 0;
  const serving = new Set<number>();
  pool.status$.subscribe(({ workers }) => {
    serving.clear();
    for (const { pid, state } of workers) if (pid !== undefined && state === 'ready') serving.add(pid);
  });
  const killer = setInterval(() => {
    const pid = [...serving][Math.floor(Math.random() * serving.size)];
    // One is left to get on with it, however slowly the others come back.
    if (pid === undefined || serving.size < 2 || !runs(pid)) return;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }, 100);
  const received = { answers: 0, wrong: 0, errors: [] as unknown[] };
  const completed = new Uint8Array(100_000);
  await new Promise<void>((resolve) => {
    let left = completed.length;
    completed.forEach((_, value) => {
      const settle = (): void => {
        completed[value]! += 1;
        left -= 1;
        if (left === 0) resolve();
      };
      pool.request$({ do: 'echo', value }).subscribe({
        next: ({ data }) => {
          received.answers += 1;
          if (data !== value) received.wrong += 1;
        },
        error: (error: unknown) => {
          received.errors.push(error);
          settle();
        },
        complete: settle,
      });
    });
  });
  clearInterval(killer);
  expect(received).toEqual({ answers: 100_000, wrong: 0, errors: [] });
  expect(completed.every((times) => times === 1)).toBe(true);
  expect(kills).toBeGreaterThan(5);
}, 120_000);

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

async function firstOf(stream: Readable): Promise<unknown[]> {
  return new Promise((resolve) => stream.once('data', (chunk) => resolve([chunk])));
}
