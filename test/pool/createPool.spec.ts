import { Socket } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { firstValueFrom, lastValueFrom, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Pool, RequestOptions } from '../../src/pool/index.js';
import { RxvisorError } from '../../src/index.js';
import { planPool } from '../../src/pool/poolOptions.js';
import { request$, ticketOptions } from '../../src/pool/request$.js';
import type { Input } from '../../src/pool/scheduler/inputs.js';
import { frames } from '../../src/ipc/frames.js';
import { virtually } from '../operators/virtually.js';
import { fakePool } from './fakePool.js';

/** Subscribes, and records what comes: `next 1`, `complete`, `ERR_TIMEOUT`. */
function ask(pool: Pool, payload?: unknown, options?: RequestOptions) {
  const received: string[] = [];
  const subscription = pool.request$(payload, options).subscribe({
    next: ({ data }) => received.push(`next ${JSON.stringify(data)}`),
    error: (error: unknown) => received.push(error instanceof RxvisorError ? error.code : String(error)),
    complete: () => received.push('complete'),
  });
  return { received, subscription };
}
const at = (ms: number, work: () => void): void => void timer(ms).subscribe(work);

describe('a request', () => {
  it('is cold, is answered, and completes', () => {
    virtually(() => {
      const { pool, workers } = fakePool();
      const request$ = pool.request$({ n: 1 });
      at(1, () => expect(workers.map(({ inHand }) => inHand.size)).toEqual([0, 0]));
      at(2, () => {
        request$.subscribe(({ id, createdAt, data, stream, worker }) => {
          expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
          expect({ createdAt, data, stream, worker }).toEqual({
            createdAt: 2,
            data: 'one',
            stream: undefined,
            worker: 1,
          });
        });
        at(1, () => workers[0]!.answer(1, 'one'));
        at(2, () => void pool.hardStop());
      });
    });
  });

  it('gives as many values as it has answers', () => {
    virtually(() => {
      const { pool, workers } = fakePool();
      const { received } = ask(pool);
      at(1, () => {
        const [{ next, done }] = [workers[0]!];
        next(1, 'a');
        next(1, 'b');
        done(1);
      });
      at(2, () => {
        expect(received).toEqual(['next "a"', 'next "b"', 'complete']);
        void pool.hardStop();
      });
    });
  });

  it('fails with what its handler threw, code, name and fields', () => {
    virtually(() => {
      const { pool, workers } = fakePool();
      const errors: unknown[] = [];
      pool.request$().subscribe({ error: (error: unknown) => errors.push(error) });
      at(1, () => workers[0]!.fail(1, Object.assign(new TypeError('bad'), { code: 'ENOENT', path: '/a' })));
      at(2, () => {
        expect(errors).toEqual([
          expect.objectContaining({ name: 'TypeError', message: 'bad', code: 'ENOENT', path: '/a' }),
        ]);
        expect(errors[0]).toBeInstanceOf(TypeError);
        void pool.hardStop();
      });
    });
  });

  it('is cancelled before dispatch, while it runs, and after the answer', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1 });
      const [first, second] = [ask(pool, 1), ask(pool, 2)];
      at(1, () => second.subscription.unsubscribe());
      at(2, () => {
        expect([...workers[0]!.inHand]).toEqual([[1, 1]]);
        first.subscription.unsubscribe();
      });
      at(3, () => expect(workers[0]!.cancelled).toEqual([1]));
      at(4, () => ask(pool, 3));
      at(5, () => workers[0]!.answerAll());
      at(6, () => {
        first.subscription.unsubscribe();
        expect([first.received, second.received, workers[0]!.cancelled]).toEqual([[], [], [1]]);
        void pool.hardStop();
      });
    });
  });

  it('times out, with its waiting time, and its timer affects no other request', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1, timeout: 10 });
      const [first, second] = [ask(pool, 1), ask(pool, 2)];
      const later: ReturnType<typeof ask>[] = [];
      at(9, () => workers[0]!.answer(1));
      at(9.5, () => later.push(ask(pool, 3)));
      at(10.5, () => {
        expect([first.received, second.received]).toEqual([['next null', 'complete'], ['ERR_TIMEOUT']]);
        expect(workers[0]!.cancelled).toEqual([2]);
      });
      at(15, () => workers[0]!.answer(3));
      at(30, () => {
        expect(later[0]!.received).toEqual(['next null', 'complete']);
        void pool.hardStop();
      });
    });
  });

  it('can have a timeout and retries of its own', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, timeout: 10, retries: 0, spec: { restartAt: [20] } });
      const [plain, patient] = [ask(pool, 1), ask(pool, 2, { timeout: 1_000, retries: 1 })];
      at(1, () => workers[0]!.child.exit(1));
      at(100, () => workers[1]!.answerAll());
      at(101, () => {
        expect([plain.received, patient.received]).toEqual([['ERR_WORKER_DIED'], ['next 2', 'complete']]);
        const late = ask(pool, 3, { timeout: 50 });
        at(49, () => expect(late.received).toEqual([]));
        at(51, () => {
          expect(late.received).toEqual(['ERR_TIMEOUT']);
          void pool.hardStop();
        });
      });
    });
  });

  it('is aborted by its signal, before and after it was made', () => {
    virtually(() => {
      const { pool, workers } = fakePool();
      const controller = new AbortController();
      const running = ask(pool, 1, { signal: controller.signal });
      at(1, () => controller.abort());
      at(2, () => {
        expect(running.received).toEqual(['ERR_ABORTED']);
        expect(workers[0]!.cancelled).toEqual([1]);
        expect(ask(pool, 2, { signal: controller.signal }).received).toEqual(['ERR_ABORTED']);
        void pool.hardStop();
      });
    });
  });

  it('that cannot be sent fails alone, and a wrong option throws', () => {
    virtually(() => {
      const { pool, workers } = fakePool();
      const [bad, good] = [ask(pool, { handler: () => 1 }), ask(pool, 'good')];
      expect(bad.received).toEqual(['ERR_PAYLOAD']);
      expect(() => pool.request$(1, { timeout: -1 })).toThrow('timeout: -1 is not a delay.');
      expect(() => pool.request$(1, { retries: 0.5 })).toThrow('retries: 0.5 is not a number of retries.');
      expect(() => pool.request$(1, { key: 1 as unknown as string })).toThrow('key: 1 is not a key. Give a string.');
      expect(() => pool.request$(1, { signal: 1 as unknown as AbortSignal })).toThrow(
        'signal: 1 is not an AbortSignal.',
      );
      expect(() => pool.request$(1, { stream: Readable.from(['a']) })).toThrow(
        'stream.readableObjectMode: true is not for requests. Give a stream of bytes.',
      );
      expect(() => pool.request$(1, { stream: 'a' as unknown as Readable })).toThrow("stream: 'a' is not a stream.");
      expect(() => pool.request$(1, { socket: 'a' as unknown as Socket })).toThrow("socket: 'a' is not a socket.");
      at(1, () => workers[0]!.answerAll());
      at(2, () => {
        expect(good.received).toEqual(['next "good"', 'complete']);
        void pool.hardStop();
      });
    });
  });
});

it('a stream that fails while its request waits is no uncaught exception', async () => {
  const stream = new PassThrough();
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const { pool } = fakePool({ live: () => undefined });
  const { received } = ask(pool, 1, { stream });
  stream.destroy(new Error('no more'));
  await closed;
  void pool.hardStop();
  expect(received).toEqual(['ERR_STOPPED']);
});

describe('the queue', () => {
  it('is bounded, and a full queue is an error', () => {
    virtually(() => {
      const { pool } = fakePool({ size: 1, concurrency: 1, queue: { max: 2 } });
      at(1, () => {
        const asked = [1, 2, 3, 4].map((n) => ask(pool, n).received);
        expect(asked).toEqual([[], [], [], ['ERR_QUEUE_FULL']]);
        void pool.hardStop();
        expect(asked).toEqual([['ERR_STOPPED'], ['ERR_STOPPED'], ['ERR_STOPPED'], ['ERR_QUEUE_FULL']]);
      });
    });
  });

  it('lets those beyond the bound wait outside, in order', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1, queue: { max: 0, onFull: 'wait' } });
      const seen: unknown[] = [];
      at(1, () => {
        workers[0]!.onRequest = (id, data) => {
          seen.push(data);
          at(1, () => workers[0]!.answer(id));
        };
        const asked = [1, 2, 3].map((n) => ask(pool, n).received);
        at(9, () => {
          expect(seen).toEqual([1, 2, 3]);
          expect(asked.every((received) => received[1] === 'complete')).toBe(true);
          void pool.hardStop();
        });
      });
    });
  });

  it('keeps requests of a key with one worker, and those behind them going', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 2, concurrency: 1 });
      at(1, () => {
        const asked = ['a', 'a', 'a'].map((key) => ask(pool, key, { key }).received);
        ask(pool, 'free');
        at(1, () => {
          expect(workers.map(({ inHand }) => [...inHand.values()]).sort()).toEqual([['a'], ['free']]);
          const owner = workers.find(({ inHand }) => [...inHand.values()].includes('a'))!;
          owner.onRequest = (id) => at(1, () => owner.answer(id));
          owner.answerAll();
          at(9, () => {
            expect(asked.map((received) => received.at(-1))).toEqual(['complete', 'complete', 'complete']);
            void pool.hardStop();
          });
        });
      });
    });
  });
});

it('requests of a key keep their order when their worker dies', () => {
  virtually(() => {
    const { pool, workers } = fakePool({ size: 2, concurrency: 1, retries: 1, spec: { restartAt: [10] } });
    const order: unknown[] = [];
    at(1, () => {
      const asked = [1, 2, 3].map((n) => ask(pool, n, { key: 'a' }).received);
      at(1, () => {
        const [owner] = workers.filter(({ inHand }) => inHand.size > 0);
        owner!.child.exit(1);
      });
      for (let ms = 20; ms < 30; ms += 1) {
        at(ms, () => {
          const live = workers.filter(({ child }) => child.alive());
          for (const { inHand } of live) order.push(...inHand.values());
          live.forEach(({ answerAll }) => answerAll());
        });
      }
      at(40, () => {
        expect(order).toEqual([1, 2, 3]);
        expect(asked.map((received) => received.at(-1))).toEqual(Array(3).fill('complete'));
        void pool.hardStop();
      });
    });
  });
});

it('a request whose socket cannot be sent to its worker fails at once, and the worker may have others', async () => {
  const { pool, workers } = fakePool({ size: 1, concurrency: 1 });
  await firstValueFrom(pool.online$);
  workers[0]!.child.connected = false;
  const socket = new Socket();
  await expect(firstValueFrom(pool.request$(1, { socket }))).rejects.toMatchObject({
    code: 'ERR_SOCKET',
    message: expect.stringMatching(/^socket: could not be sent to worker 1: /) as string,
  });
  expect([socket.destroyed, workers[0]!.cancelled]).toEqual([true, [1]]);
  expect((await firstValueFrom(pool.status$)).workers).toMatchObject([{ sockets: 0 }]);
  workers[0]!.onRequest = (id) => workers[0]!.answer(id, 'next');
  expect((await firstValueFrom(pool.request$(2))).data).toBe('next');
});

it('the options of a request are its own: the object may be used again with another key', () => {
  const inputs: Input[] = [];
  const options = { key: 'a' };
  const plan = planPool({});
  const put = (input: Input) => inputs.push(input);
  request$({ plan, put, nextNumber: () => 1, defaults: ticketOptions({}, plan) }, 1, options).subscribe();
  options.key = 'b';
  expect(inputs).toMatchObject([{ type: 'submit', ticket: { options: { key: 'a' } } }]);
});

describe('balance', () => {
  const spread = (options: Parameters<typeof fakePool>[0], count: number) =>
    virtually(() => {
      const counts: number[] = [];
      const { pool, workers } = fakePool({ size: 2, concurrency: 4, ...options });
      at(1, () => {
        workers.forEach(({ sendFrame }, index) => sendFrame(4, 0, { rss: 100 - index, heapTotal: 1, heapUsed: 1 }));
      });
      at(2, () => {
        for (let n = 0; n < count; n += 1) ask(pool, n);
        at(1, () => {
          counts.push(...workers.map(({ inHand }) => inHand.size));
          void pool.hardStop();
        });
      });
      return counts;
    });

  it('sends to the worker with the fewest open requests', () => expect(spread({}, 4)).toEqual([2, 2]));
  it('sends to idle workers, then to the worker with the least memory', () =>
    expect(spread({ balance: 'rss' }, 4)).toEqual([1, 3]));
  it('asks a function', () => expect(spread({ balance: () => 2 }, 5)).toEqual([1, 4]));
  it('fails those for which the function throws, and no others', () =>
    virtually(() => {
      const balance = (_: unknown, data: unknown): number => {
        if (data === 'bad') throw new Error('unbalanced');
        return 1;
      };
      const { pool, workers } = fakePool({ size: 1, concurrency: 1, balance });
      at(1, () => {
        const asked = [1, 'bad', 2, 'bad'].map((data) => ask(pool, data).received);
        at(1, () => workers[0]!.answerAll());
        at(2, () => workers[0]!.answerAll());
        at(3, () => {
          const [first, bad, second, last] = asked;
          expect([first!.at(-1), second!.at(-1)]).toEqual(['complete', 'complete']);
          expect([bad, last]).toEqual([['Error: unbalanced'], ['Error: unbalanced']]);
          expect(ask(pool, 'bad').received).toEqual(['Error: unbalanced']);
          void pool.hardStop();
        });
      });
    }));
  it('sends nothing to a worker that is busy or not ready', () => {
    expect(spread({ live: (worker) => (worker.number === 1 ? worker.ready() : undefined) }, 4)).toEqual([4, 0]);
    const busy = (worker: { number: number; ready: () => void; busy: () => void }) => {
      worker.ready();
      if (worker.number === 1) worker.busy();
    };
    expect(spread({ live: busy }, 4)).toEqual([0, 4]);
  });
  it('sends more to one that has released a request', () =>
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1 });
      ask(pool, 1);
      ask(pool, 2);
      at(1, () => workers[0]!.release(1));
      at(2, () => {
        expect([...workers[0]!.inHand.values()]).toEqual([1, 2]);
        void pool.hardStop();
      });
    }));
});

it('sockets go to the worker that holds the fewest', () => {
  virtually(() => {
    const { pool, workers } = fakePool({ size: 2 });
    const give = (): unknown => ask(pool, undefined, { socket: new Socket() });
    at(1, () => {
      [1, 2, 3, 4].forEach(give);
      at(1, () => {
        expect(workers.map(({ inHand }) => [...inHand.keys()])).toEqual([
          [1, 3],
          [2, 4],
        ]);
        expect(workers[0]!.child.sent).toContainEqual({ rxvisor: 'socket', id: 1 });
        for (const id of [2, 4]) workers[1]!.sendFrame(frames.socketClosed, id);
      });
      at(2, () => [1, 2].forEach(give));
      at(3, () => {
        expect(workers.map(({ inHand }) => inHand.size)).toEqual([2, 4]);
        void pool.hardStop();
      });
    });
  });
});

describe('a worker that dies', () => {
  it('counts as dead when it runs again, though its connection did not close', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, retries: 1, spec: { restartAt: [10] } });
      const { received } = ask(pool, 1);
      at(1, () => {
        workers[0]!.child.keepsWire = true;
        workers[0]!.child.exit(1);
      });
      at(100, () => {
        expect(workers).toHaveLength(2);
        workers[0]!.answerAll();
        workers[1]!.answer(1, 'again');
      });
      at(101, () => {
        expect(received).toEqual(['next "again"', 'complete']);
        void pool.hardStop();
      });
    });
  });

  it('fails what it had, and is run again', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1 });
      const [first, second] = [ask(pool, 1), ask(pool, 2)];
      at(1, () => workers[0]!.child.exit(1));
      at(200, () => {
        expect(workers).toHaveLength(2);
        workers[1]!.answerAll();
      });
      at(201, () => {
        expect([first.received, second.received]).toEqual([['ERR_WORKER_DIED'], ['next 2', 'complete']]);
        void pool.hardStop();
      });
    });
  });

  it('passes its requests to other workers, as often as retries allow', () => {
    virtually(() => {
      const { pool, workers } = fakePool({
        size: 1,
        retries: 2,
        spec: { restartAt: [10] },
        live: (worker) => {
          worker.onRequest = () => worker.child.exit(1);
          worker.ready();
        },
      });
      const { received } = ask(pool, 'deadly');
      at(500, () => {
        expect(received).toEqual(['ERR_WORKER_DIED']);
        expect(workers).toHaveLength(4);
        void pool.hardStop();
      });
    });
  });

  it('does not have a request tried again that has given an answer', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 2, retries: 5 });
      const { received } = ask(pool, 1);
      at(1, () => workers[0]!.next(1, 'a'));
      at(2, () => workers[0]!.child.exit(1));
      at(5, () => {
        expect(received).toEqual(['next "a"', 'ERR_WORKER_DIED']);
        void pool.hardStop();
      });
    });
  });

  it('above the restart limit, like all others, fails the pool: no request waits forever', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 2, spec: { restartAt: [1] }, live: ({ child }) => child.exit(1) });
      const { received } = ask(pool, 1);
      const errors: unknown[] = [];
      pool.online$.subscribe({ error: (error: unknown) => errors.push(error) });
      at(1_000, () => {
        expect(received).toEqual(['ERR_GAVE_UP']);
        expect(ask(pool, 2).received).toEqual(['ERR_GAVE_UP']);
        expect(errors).toEqual([expect.objectContaining({ code: 'ERR_GAVE_UP' })]);
        expect(workers).toHaveLength(12);
        void pool.hardStop();
      });
    });
  });

  it('talks rubbish: it is replaced, and its request tried again', () => {
    virtually(() => {
      const { pool, workers, world } = fakePool({ size: 1, retries: 1 });
      const { received } = ask(pool, 1);
      at(1, () => world.children[0]!.wire!.write(Buffer.from([255, 255, 255, 255, 0])));
      at(500, () => workers[1]!.answerAll());
      at(501, () => {
        expect(received).toEqual(['next 1', 'complete']);
        expect(world.children[0]!.signals).toEqual(['SIGKILL']);
        void pool.hardStop();
      });
    });
  });

  it('that is never ready is stopped and restarted', () => {
    virtually(() => {
      let runs = 0;
      const live = ({ ready }: { ready: () => void }) => ((runs += 1) === 2 ? ready() : undefined);
      const { pool, workers } = fakePool({ size: 1, spec: { readyTimeout: 50 }, live });
      const { received } = ask(pool, 1);
      at(301, () => workers[1]!.answerAll());
      at(302, () => {
        expect(received).toEqual(['next 1', 'complete']);
        void pool.hardStop();
      });
    });
  });
});

describe('a worker that does not respond', () => {
  it.each(['leave', 'replace'] as const)('%s', (onUnresponsive) => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1, timeout: 10, onUnresponsive });
      at(1, () => (workers[0]!.cooperative = false));
      const { received } = ask(pool, 1);
      at(500, () => {
        expect(received).toEqual(['ERR_TIMEOUT']);
        expect(workers).toHaveLength(onUnresponsive === 'replace' ? 2 : 1);
        void pool.hardStop();
      });
    });
  });

  it('is left alone when it lets go in time', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1, timeout: 10, onUnresponsive: 'replace' });
      at(1, () => (workers[0]!.cooperative = false));
      ask(pool, 1);
      at(100, () => workers[0]!.answerAll());
      at(500, () => {
        expect(workers).toHaveLength(1);
        void pool.hardStop();
      });
    });
  });
});

it.each<[Parameters<typeof fakePool>[0], string]>([
  [{ size: 1, spec: { min: 2 } }, 'min: 2 is not a number of workers. Give a whole number from 1 to size.'],
  [{ spec: { min: 0.5 } }, 'min: 0.5 is not a number of workers.'],
  [{ spec: { idleTimeout: 5 } }, 'idleTimeout: 5 has no effect without min. Give the fewest workers as min.'],
  [
    { spec: { onExit: 'stopAll' } },
    "onExit: 'stopAll' does not work in a pool: it replaces workers that have ended. Remove it.",
  ],
  [{ spec: { onFailure: 'stopAll' } }, "onFailure: 'stopAll' does not work in a pool"],
  [{ spec: { min: 1, idleTimeout: -1 } }, 'idleTimeout: -1 is not a delay.'],
  [{ runTimeout: 0 }, 'runTimeout: 0 is not a timeout.'],
])('refuses %j', (options, message) => {
  expect(() => fakePool(options)).toThrow(message);
});

describe('resize', () => {
  it('up and down loses no request', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 2 });
      const asked = [1, 2, 3, 4].map((n) => ask(pool, n).received);
      at(1, () => void pool.resize(2));
      at(3, () => {
        expect(workers.map(({ inHand }) => [...inHand.values()])).toEqual([
          [1, 2],
          [3, 4],
        ]);
        workers[1]!.answer(3, 3);
      });
      at(4, () => void pool.resize(1));
      at(10, () => workers.forEach(({ answerAll }) => answerAll()));
      at(20, () => {
        expect(asked.map((received) => received.at(-1))).toEqual(Array(4).fill('complete'));
        expect(workers.map(({ received }) => received)).toEqual([[], ['softStop']]);
        void pool.hardStop();
      });
    });
  });

  it('replaces those that were given up', () => {
    virtually(() => {
      const { pool, workers } = fakePool({
        size: 1,
        spec: { restartAt: [] },
        live: (worker) => (worker.number === 1 ? worker.child.exit(1) : worker.ready()),
      });
      at(10, () => void pool.resize(1));
      at(20, () => {
        const { received } = ask(pool, 1);
        at(1, () => workers[1]!.answerAll());
        at(2, () => {
          expect(received).toEqual(['next 1', 'complete']);
          void pool.hardStop();
        });
      });
    });
  });
});

describe('recycle', () => {
  it.each([
    ['maxRequests', { maxRequests: 1 }],
    ['maxRss', { maxRss: 1 }],
    ['maxAge', { maxAge: 15 }],
  ])('%s: a new one is ready before the old one leaves, and that only when it is drained', (_name, recycle) => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 2, recycle });
      const sizes: number[] = [];
      pool.status$.subscribe(({ workers }) => sizes.push(workers.length));
      at(1, () => {
        const { received } = ask(pool, 1);
        ask(pool, 2);
        at(1, () => workers[0]!.sendFrame(4, 0, { rss: 2, heapTotal: 1, heapUsed: 1 }));
        at(2, () => workers[0]!.answer(2));
        at(20, () => {
          expect(workers).toHaveLength(2);
          expect(workers[0]!.received).toEqual([]);
          workers[0]!.answer(1, 'late');
        });
        at(22, () => {
          expect(workers[0]!.received).toEqual(['softStop']);
          expect(received).toEqual(['next "late"', 'complete']);
          expect(Math.max(...sizes)).toBe(2);
          void pool.hardStop();
        });
      });
    });
  });
});

describe('stops', () => {
  it('softly: what runs and what waits is finished, new requests fail, a busy worker is waited for', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 1, concurrency: 1 });
      const [first, second] = [ask(pool, 1), ask(pool, 2)];
      let stopped = false;
      at(1, () => {
        void pool.softStop().then(() => (stopped = true));
        expect(ask(pool, 3).received).toEqual(['ERR_STOPPED']);
        workers[0]!.onRequest = () => workers[0]!.busy();
        workers[0]!.answerAll();
      });
      at(3, () => workers[0]!.answerAll());
      at(10, () => {
        expect([first.received.at(-1), second.received.at(-1)]).toEqual(['complete', 'complete']);
        expect(workers[0]!.received).toEqual([]);
        expect(stopped).toBe(false);
        workers[0]!.ready();
      });
      at(12, () => expect(workers[0]!.received).toEqual(['softStop']));
      at(500, () => expect(workers[0]!.child.alive()).toBe(false));
    });
  });

  it('softly, while a worker dies: what it had goes to the others', () => {
    virtually(() => {
      const { pool, workers } = fakePool({ size: 2, retries: 1 });
      const { received } = ask(pool, 1);
      at(1, () => {
        void pool.softStop();
        workers[0]!.child.exit(1);
      });
      at(5, () => workers[1]!.answerAll());
      at(6, () => expect(received).toEqual(['next 1', 'complete']));
    });
  });

  it('hard: all fail at once, new ones too', () => {
    virtually(() => {
      const { pool } = fakePool({ size: 2 });
      at(1, () => {
        const asked = [1, 2, 3].map((n) => ask(pool, n).received);
        void pool.hardStop();
        expect(asked).toEqual([['ERR_STOPPED'], ['ERR_STOPPED'], ['ERR_STOPPED']]);
        expect(ask(pool, 4).received).toEqual(['ERR_STOPPED']);
      });
    });
  });
});

it('health$ of a pool that has been stopped completes, also for a late subscriber', async () => {
  const { pool } = fakePool();
  await pool.hardStop();
  expect(await lastValueFrom(pool.health$, { defaultValue: 'complete' })).toBe('complete');
});

describe('status$, online$ and spawned$', () => {
  it('show the state of the pool', () => {
    virtually(() => {
      const { pool } = fakePool({ size: 2, live: ({ ready, number }) => at(number, ready) });
      const states: string[] = [];
      const online: number[] = [];
      const spawned: number[] = [];
      pool.status$.subscribe(({ state, workers }) =>
        states.push(`${state} ${workers.map(({ state }) => state).join()}`),
      );
      pool.online$.subscribe(({ size }) => online.push(size));
      pool.spawned$.subscribe(({ worker }) => spawned.push(worker));
      at(10, () => {
        expect(states).toEqual(['starting starting,starting', 'starting ready,starting', 'online ready,ready']);
        expect(online).toEqual([2]);
        expect(spawned).toEqual([1, 2]);
        void pool.hardStop();
      });
    });
  });
});
