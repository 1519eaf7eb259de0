import { connect, createServer, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPool, type Pool, type PoolOptions, type RequestOptions } from '../../src/pool/index.js';
import { fixture } from './bench.js';

const pools: Pool[] = [];
const servers: Server[] = [];

function start(options: PoolOptions = {}): { readonly pool: Pool; readonly output: () => string } {
  const pool = createPool({ script: fixture('pool/all.mjs'), size: 1, grace: 5_000 }, options);
  let output = '';
  pool.event$.subscribe((event) => (output += event.type === 'output' ? event.text : ''));
  pools.push(pool);
  return { pool, output: () => output };
}

/** What a client receives whose connection is given to a request, and the result of that request. */
async function connection(pool: Pool, payload: unknown, options: RequestOptions = {}, onSent = (): void => undefined) {
  const server = createServer({ pauseOnConnect: true });
  servers.push(server);
  const settled = new Promise<unknown>((resolve) => {
    server.on('connection', (socket: Socket) => {
      lastValueFrom(pool.request$(payload, { socket, ...options })).then(({ data }) => resolve({ data }), resolve);
      setImmediate(onSent);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const received = await new Promise<string>((resolve) => {
    const { port } = server.address() as { port: number };
    let text = '';
    connect(port, '127.0.0.1')
      .on('data', (chunk) => (text += String(chunk)))
      .on('error', () => undefined)
      .on('close', () => resolve(text));
  });
  return { received, settled: await settled };
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map(async (pool) => pool.hardStop()));
  for (const server of servers.splice(0)) server.close();
});

describe('ack', () => {
  it('settles the request: undefined, and completion', async () => {
    const { pool } = start();
    const answers = await lastValueFrom(pool.request$({ do: 'acks' }).pipe(toArray()));
    expect(answers.map(({ data }) => data)).toEqual([undefined]);
    await pool.softStop();
  });

  it('settles the request of a socket, which the worker keeps', async () => {
    const { pool } = start();
    expect(await connection(pool, { do: 'ackSocket' })).toEqual({ received: 'test', settled: { data: undefined } });
    await pool.softStop();
  });

  it.each([
    ['respond', 'ack() has settled request'],
    ['return', 'was answered after ack()'],
  ])('makes a later answer an error in the worker: %s', async (then, message) => {
    const { pool, output } = start();
    expect((await firstValueFrom(pool.request$({ do: 'acks', then }))).data).toBeUndefined();
    await vi.waitFor(() => expect(output()).toContain(message));
    expect((await firstValueFrom(pool.request$({ do: 'echo', value: 1 }))).data).toBe(1);
  });
});

it('a response says whether it has a stream', async () => {
  const { pool } = start();
  const source = Readable.from([Buffer.of(1)], { objectMode: false });
  const streamed = await firstValueFrom(pool.request$({ do: 'mirror' }, { stream: source }));
  streamed.stream?.resume();
  const plain = await firstValueFrom(pool.request$({ do: 'echo', value: 1 }));
  expect([streamed.hasStream, plain.hasStream]).toEqual([true, false]);
});

it('the stream of a request that fails is closed, though its handler had begun to read it', async () => {
  const { pool } = start();
  const endless: Readable = new Readable({
    read: (bytes) => void setImmediate(() => endless.push(Buffer.alloc(bytes))),
  });
  await expect(firstValueFrom(pool.request$({ do: 'readThenThrow' }, { stream: endless }))).rejects.toThrow('enough');
  await vi.waitFor(() => expect(endless.destroyed).toBe(true));
  await pool.softStop();
});

describe('the socket of a request is closed', () => {
  it('that its handler fails', async () => {
    const { pool } = start();
    const { received, settled } = await connection(pool, { do: 'throwSocket' });
    expect([received, settled]).toEqual(['begun', expect.objectContaining({ message: 'no' })]);
  });

  it('that times out in the worker', async () => {
    const { pool } = start();
    await firstValueFrom(pool.online$);
    const { received, settled } = await connection(pool, { do: 'hangSocket' }, { timeout: 300 });
    expect([received, settled]).toEqual(['begun', expect.objectContaining({ code: 'ERR_TIMEOUT' })]);
  });

  it('that times out while its worker is blocked', async () => {
    const { pool } = start();
    await firstValueFrom(pool.online$);
    const blocking = firstValueFrom(pool.request$({ do: 'block', ms: 1_000 }));
    const { received, settled } = await connection(pool, { do: 'hangSocket' }, { timeout: 50 });
    expect([received, settled]).toEqual([expect.any(String), expect.objectContaining({ code: 'ERR_TIMEOUT' })]);
    expect((await blocking).data).toBe('unblocked');
    expect((await firstValueFrom(pool.request$({ do: 'echo', value: 1 }))).data).toBe(1);
  });

  it('that times out while its handler blocks, and is answered too late', async () => {
    const { pool } = start();
    await firstValueFrom(pool.online$);
    const { received, settled } = await connection(pool, { do: 'block', ms: 500 }, { timeout: 50 });
    expect([received, settled]).toEqual(['', expect.objectContaining({ code: 'ERR_TIMEOUT' })]);
  });

  it('that never reaches a worker: a timeout, a full queue, a payload that cannot be sent, a stop', async () => {
    const { pool } = start({ concurrency: 1, queue: { max: 1 } });
    await firstValueFrom(pool.online$);
    const hanging = firstValueFrom(pool.request$({ do: 'hang' })).catch(() => undefined);
    const code = async (connected: Promise<{ readonly settled: unknown }>) =>
      ((await connected).settled as { readonly code: string }).code;
    expect(await code(connection(pool, { do: 'say', text: 'a' }, { timeout: 50 }))).toBe('ERR_TIMEOUT');
    expect(await code(connection(pool, () => 1))).toBe('ERR_PAYLOAD');
    const waiting = firstValueFrom(pool.request$({ do: 'hang' })).catch(() => undefined);
    expect(await code(connection(pool, { do: 'say', text: 'a' }))).toBe('ERR_QUEUE_FULL');
    await pool.hardStop();
    expect(await code(connection(pool, { do: 'say', text: 'a' }))).toBe('ERR_STOPPED');
    await Promise.all([hanging, waiting]);
  });

  it('whose worker dies before it has looked at it', async () => {
    const { pool } = start();
    await firstValueFrom(pool.online$);
    void firstValueFrom(pool.request$({ do: 'block', ms: 60_000 })).catch(() => undefined);
    const { workers } = await firstValueFrom(pool.status$);
    const kill = (): void => void process.kill(workers[0]!.pid!, 'SIGKILL');
    expect(await connection(pool, { do: 'say', text: 'never' }, {}, kill)).toMatchObject({
      received: '',
      settled: { code: 'ERR_WORKER_DIED' },
    });
  });
});
