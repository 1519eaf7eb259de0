import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { runInThisContext } from 'node:vm';
import { firstValueFrom, lastValueFrom, ReplaySubject, toArray } from 'rxjs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPool, type Pool } from 'rxvisor/pool';

const MIB = 2 ** 20;

/** A pool whose workers must not die. */
function started(name = 'poison'): { readonly pool: Pool; readonly runs: () => Promise<number> } {
  const pool = createPool({ script: `test/fixtures/pool/${name}.mjs`, size: 1, restartAt: [1] }, { maxFrame: MIB });
  const spawned$ = new ReplaySubject<unknown>(Infinity);
  pool.spawned$.subscribe(spawned$);
  onTestFinished(async () => pool.hardStop());
  return {
    pool,
    runs: async () => {
      await pool.softStop();
      spawned$.complete();
      return (await lastValueFrom(spawned$.pipe(toArray()))).length;
    },
  };
}

const answerOf = async (pool: Pool, data: unknown): Promise<unknown> => (await lastValueFrom(pool.request$(data))).data;

/** What a request ends with, beside one that is answered at the same time. */
async function failureOf(pool: Pool, data: unknown): Promise<unknown> {
  const neighbour = answerOf(pool, ['echo', 'neighbour']);
  const failure = answerOf(pool, data).then(
    (value) => ({ answered: value }),
    (error: unknown) => error,
  );
  expect(await neighbour).toBe('neighbour');
  expect(await answerOf(pool, ['echo', 'next'])).toBe('next');
  return failure;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n += 1) value = { value };
  return value;
}

const hard: Readonly<Record<string, { readonly make: () => unknown; readonly code: string }>> = {
  deep: { make: () => nested(2_000), code: 'ERR_PAYLOAD' },
  deeper: { make: () => nested(100_000), code: 'ERR_PAYLOAD' },
  function: { make: () => ({ undo: () => 1 }), code: 'ERR_PAYLOAD' },
  getter: {
    make: () => ({
      get bad(): never {
        throw new Error('getter');
      },
    }),
    code: 'ERR_PAYLOAD',
  },
  cjk: { make: () => '界'.repeat(600_000), code: 'ERR_TOO_LARGE' },
  module: {
    make: (): unknown => runInThisContext('new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))'),
    code: 'ERR_PAYLOAD',
  },
};

describe.each(Object.keys(hard))('a value that cannot be sent or read costs its own request only: %s', (what) => {
  const { make, code } = hard[what]!;
  let pool: Pool;
  let runs: () => Promise<number>;
  beforeEach(() => {
    ({ pool, runs } = started());
  });

  it('as a request', async () => {
    expect(await failureOf(pool, ['echo', make()])).toMatchObject({ code });
    expect(await runs()).toBe(1);
  });

  it('as an answer, and as one of several', async () => {
    expect(await failureOf(pool, ['make', what])).toMatchObject({ code });
    expect(await failureOf(pool, ['some', what])).toMatchObject({ code });
    expect(await firstValueFrom(pool.request$(['some', what]))).toMatchObject({ data: 'first' });
    expect(await runs()).toBe(1);
  });

  it('as an event of a worker, and as the answer to one', async () => {
    pool.on$('ask').subscribe(({ respond }) => respond(make()));
    expect(await failureOf(pool, ['emit', what])).toMatchObject({ code });
    expect(await failureOf(pool, ['ask', what])).toMatchObject({ code });
    expect(await runs()).toBe(1);
  });

  it('as a broadcast, as an answer to one, and as what its handler throws', async () => {
    await firstValueFrom(pool.online$);
    const sent = await pool.broadcast('echo', make()).catch((error: unknown) => [{ error }]);
    expect(sent).toMatchObject([{ error: { code } }]);
    expect(await pool.broadcast('make', what)).toMatchObject([{ error: { code } }]);
    expect(await pool.broadcast('throw', what)).toMatchObject([{ error: expect.anything() as unknown }]);
    expect(await failureOf(pool, ['throw', what])).not.toHaveProperty('answered');
    expect(await runs()).toBe(1);
  });
});

describe('bytes whose memory was transferred', () => {
  const transfer = (bytes: Uint8Array<ArrayBuffer>): void =>
    void structuredClone(bytes.buffer, { transfer: [bytes.buffer] });

  it('before the request, or before it was sent, cost that request only', async () => {
    const { pool, runs } = started();
    const bytes = new Uint8Array(1_000);
    transfer(bytes);
    expect(await failureOf(pool, bytes)).toMatchObject({ code: 'ERR_PAYLOAD' });
    for (const make of [() => new Uint8Array(1_000), () => Buffer.from(new ArrayBuffer(9))]) {
      const late = make();
      const failure = failureOf(pool, late);
      transfer(late);
      expect(await failure).toMatchObject({ code: 'ERR_PAYLOAD' });
    }
    // None are not the same as lost ones.
    expect(await answerOf(pool, ['echo', new Uint8Array(0)])).toEqual(new Uint8Array(0));
    expect(await runs()).toBe(1);
  });

  it('before the answer, or before it was sent, cost that answer only', async () => {
    const { pool, runs } = started();
    expect(await failureOf(pool, ['transferred'])).toMatchObject({ code: 'ERR_PAYLOAD' });
    expect(await failureOf(pool, ['transferred later'])).toMatchObject({ code: 'ERR_PAYLOAD' });
    expect(await runs()).toBe(1);
  });
});

describe('what is thrown, and can hardly be looked at, costs its own request only', () => {
  const odd = [
    'an object without a prototype',
    'a revoked Proxy',
    'a revoked Proxy of an error',
    'a revoked Proxy of a function',
    'a Proxy that refuses',
    'an error with a message that is no text',
  ];
  it.each(odd)('%s', async (what) => {
    const { pool, runs } = started();
    for (const how of ['throw', 'subscribe']) expect(await failureOf(pool, [how, what])).toBeDefined();
    expect(await pool.broadcast('throw', what)).toMatchObject([{ error: expect.anything() as unknown }]);
    expect(await runs()).toBe(1);
  });
});

it('an error of any kind arrives as what it was thrown as', async () => {
  const { pool, runs } = started();
  const circular = (await failureOf(pool, ['throw', 'cause'])) as Error;
  expect([circular.message, circular.cause]).toEqual(['yikes', circular]);
  expect(await failureOf(pool, ['throw', 'abort'])).toBeInstanceOf(DOMException);
  expect(await failureOf(pool, ['throw', 'abort'])).toMatchObject({ name: 'AbortError', code: 20, message: 'stop' });
  const many = (await failureOf(pool, ['throw', 'many'])) as AggregateError;
  expect([many, many.errors]).toEqual([expect.any(AggregateError), [expect.any(TypeError)]]);
  expect(many.errors).toMatchObject([{ message: 'one', code: 1 }]);
  expect(await failureOf(pool, ['throw', 'large'])).toMatchObject({ code: 'ERR_TOO_LARGE' });
  expect(await runs()).toBe(1);
});

it('errors reach a worker as they were sent, and those of event handlers reach it too', async () => {
  const { pool, runs } = started();
  const error = Object.assign(new AggregateError([new DOMException('late', 'TimeoutError')], 'all'), { status: 503 });
  const echoed = (await answerOf(pool, ['echo', { error }])) as { readonly error: typeof error };
  expect(echoed.error).toMatchObject({ name: 'AggregateError', status: 503 });
  expect(echoed.error.errors).toEqual([expect.any(DOMException)]);
  pool.on$('ask').subscribe(({ respond }) => respond(Promise.reject(error)));
  expect(await failureOf(pool, ['ask', 1])).toMatchObject({ message: 'all', status: 503 });
  expect(await runs()).toBe(1);
});

it('a stream has no limit: chunks may be larger than a frame, both ways', async () => {
  const { pool, runs } = started('all');
  const bytes = randomBytes(3 * MIB);
  const { stream } = await firstValueFrom(
    pool.request$({ do: 'mirror' }, { stream: Readable.from([bytes], { objectMode: false }) }),
  );
  expect((await buffer(stream!)).equals(bytes)).toBe(true);
  expect(await runs()).toBe(1);
});
