import { describe, expect, it } from 'vitest';
import type { PoolOptions } from '../../src/pool/index.js';
import { planPool } from '../../src/pool/poolOptions.js';

describe('planPool', () => {
  it.each<[unknown, string]>([
    [null, 'options: null is not an options object.'],
    [{ timeuot: 1 }, "timeuot: unknown option, with value 1. Did you mean 'timeout'?"],
    [{ wholly: 1 }, 'Known options: timeout, retries,'],
    [{ timeout: 0 }, 'timeout: 0 is not a timeout.'],
    [{ retries: -1 }, 'retries: -1 is not a number of tries. Give a whole number, 0 or more.'],
    [{ concurrency: 0.5 }, 'concurrency: 0.5 is not a number of requests.'],
    [{ queue: 5 }, 'queue: 5 is not a queue. Give { max, onFull }.'],
    [{ queue: { maximum: 5 } }, 'queue.maximum: unknown option, with value 5.'],
    [{ queue: { max: -5 } }, 'queue.max: -5 is not a bound.'],
    [
      { queue: { onFull: 'drop' } },
      "queue.onFull: 'drop' is not a policy for a full queue. Give one of: 'error', 'wait'.",
    ],
    [{ balance: 'fair' }, "balance: 'fair' is not a balance."],
    [{ onUnresponsive: 'kill' }, "onUnresponsive: 'kill' is not a policy for unresponsive workers."],
    [{ recycle: { maxRss: 0 } }, 'recycle.maxRss: 0 is not a size in bytes.'],
    [{ recycle: { maxAge: 2 ** 31 } }, 'recycle.maxAge: 2147483648 is not an age.'],
    [{ recycle: { maxAge: 0 } }, 'recycle.maxAge: 0 is not an age. Give milliseconds: a number from 1 to 2147483647.'],
    [{ recycle: 1 }, 'recycle: 1 is not a set of limits.'],
    [{ maxFrame: 10 }, 'maxFrame: 10 is not a size in bytes.'],
    [{ signals: 'no' }, "signals: 'no' is not a boolean."],
  ])('refuses %j', (options, message) => {
    expect(() => planPool(options as PoolOptions)).toThrow(message);
  });

  it('fills in the defaults', () => {
    expect(planPool({})).toMatchObject({
      timeout: Infinity,
      retries: 0,
      concurrency: 16,
      max: 10_000,
      onFull: 'error',
    });
  });
});
