import { asyncScheduler, type SchedulerLike } from 'rxjs';
import * as v from 'valibot';
import { checkArgument, isRecord, refuseUnknownOptions } from '../model/check.js';
import { checkScheduler, MAX_DELAY } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { RxvisorError, SpecError } from '../model/errors.js';
import { flag, number, oneOf, timeout } from '../model/schema/fields.js';
import { show } from '../model/show.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import type { WorkerStatus } from './pool.js';

export interface PoolOptions {
  /** The time for a request, in ms from the subscription. Default `Infinity`. */
  readonly timeout?: number | undefined;
  /** The time for a request, in ms from the moment when it is sent to a worker. Default `Infinity`. */
  readonly runTimeout?: number | undefined;
  /** The number of further workers for a request whose worker dies. Default `0`. */
  readonly retries?: number | undefined;
  /** The number of open requests of a worker. Default `16`; use `1` for work that keeps a processor busy. */
  readonly concurrency?: number | undefined;
  /** The length of the queue, and what happens to further requests. Default `{ max: 10_000, onFull: 'error' }`. */
  readonly queue?: QueueOptions | undefined;
  /** Which worker gets a request. Default `'outstanding'`. */
  readonly balance?: Balance | undefined;
  /**
   * What happens to an unresponsive worker: a dropped request is still running after the `grace` of its spec. `'leave'`: the request
   * counts against its `concurrency`. `'replace'`: it gets no new requests, and another worker starts. When that is ready, the old one
   * finishes its other requests and is stopped. If it is blocked, it is killed, and its requests go to other workers, which does not
   * count as a retry. Default `'leave'`.
   */
  readonly onUnresponsive?: 'replace' | 'leave' | undefined;
  /** Replaces workers above a limit. Default: never. */
  readonly recycle?: RecycleOptions | undefined;
  /** The maximum size of a request, an answer, an event or an error, in bytes. Default `268_435_456`, 256 MiB. Streams have no limit. */
  readonly maxFrame?: number | undefined;
  /** Stop hard when the manager gets SIGINT, SIGTERM, SIGHUP or SIGQUIT, unless your code handles it. Default `true`. */
  readonly signals?: boolean | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /** For all times. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

export interface QueueOptions {
  readonly max?: number | undefined;
  /** A request above `max` fails with ERR_QUEUE_FULL; or it waits outside the queue, not encoded, until there is room. */
  readonly onFull?: 'error' | 'wait' | undefined;
}

/**
 * A worker above one of these limits is replaced: another one starts, and when that is ready, the old one gets no more requests and
 * leaves when its requests are finished.
 */
export interface RecycleOptions {
  /** Number of requests. `1`, with `concurrency: 1`: each request gets a process of its own. */
  readonly maxRequests?: number | undefined;
  /** Memory in bytes. */
  readonly maxRss?: number | undefined;
  /** In ms since it became ready. */
  readonly maxAge?: number | undefined;
}

/**
 * Chooses the worker for a request among the workers with room. `'outstanding'`: the one with the fewest open requests. `'rss'`: an
 * idle one, or else the one with the least memory. A function of those workers and the payload returns the number of one.
 */
export type Balance = 'outstanding' | 'rss' | ((workers: readonly WorkerStatus[], data: unknown) => number);

/** The options, with all defaults. */
export interface PoolPlan {
  readonly timeout: number;
  readonly runTimeout: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly max: number;
  readonly onFull: 'error' | 'wait';
  readonly balance: Balance;
  readonly onUnresponsive: 'replace' | 'leave';
  readonly recycle: { readonly maxRequests: number; readonly maxRss: number; readonly maxAge: number };
  readonly maxFrame: number;
  readonly signals: boolean;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
}

/** @throws {@link RxvisorError} with code ERR_OPTION: the first wrong field, its value and the remedy */
export function planPool(options: PoolOptions): PoolPlan {
  if (!isRecord(options)) fail('options', options, 'is not an options object. Give an object such as { retries: 1 }.');
  const { effects = nodeEffects, scheduler = asyncScheduler, ...checked } = options;
  refuseUnknownOptions(options, optionNames);
  const { queue, recycle } = checked;
  refuseUnknownWithin(queue, queueFields, 'queue', 'is not a queue. Give { max, onFull }.');
  refuseUnknownWithin(
    recycle,
    recycleFields,
    'recycle',
    'is not a set of limits. Give { maxRequests, maxRss, maxAge }.',
  );
  const result = v.safeParse(schema, checked, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    fail(String(v.getDotPath(issue)), issue.input, issue.message);
  }
  checkArgument('effects', effects, allEffects);
  checkScheduler(scheduler);
  return {
    timeout: options.timeout ?? Infinity,
    runTimeout: options.runTimeout ?? Infinity,
    retries: options.retries ?? 0,
    concurrency: options.concurrency ?? 16,
    max: queue?.max ?? 10_000,
    onFull: queue?.onFull ?? 'error',
    balance: options.balance ?? 'outstanding',
    onUnresponsive: options.onUnresponsive ?? 'leave',
    recycle: {
      maxRequests: recycle?.maxRequests ?? Infinity,
      maxRss: recycle?.maxRss ?? Infinity,
      maxAge: recycle?.maxAge ?? Infinity,
    },
    maxFrame: options.maxFrame ?? 268_435_456,
    signals: options.signals ?? true,
    effects,
    scheduler,
  };
}

const count = (what: string, min: number): v.GenericSchema<number> =>
  number(what, `Give a whole number, ${String(min)} or more.`, min, Number.MAX_SAFE_INTEGER, true);
const orNone = (what: string, limit: v.GenericSchema<number>, remedy: string): v.GenericSchema<number> =>
  v.union([v.literal(Infinity), limit], `is not ${what}. ${remedy}`);

const queueFields = {
  max: v.optional(orNone('a bound', count('a bound', 0), 'Give a whole number, 0 or more, or Infinity.')),
  onFull: v.optional(oneOf('a policy for a full queue', ['error', 'wait'])),
} satisfies Record<keyof QueueOptions, v.GenericSchema>;

const recycleFields = {
  maxRequests: v.optional(count('a number of requests', 1)),
  maxRss: v.optional(count('a size in bytes', 1)),
  maxAge: v.optional(number('an age', `Give milliseconds: a number from 1 to ${String(MAX_DELAY)}.`, 1, MAX_DELAY)),
} satisfies Record<keyof RecycleOptions, v.GenericSchema>;

const sizeRemedy = 'Give a whole number from 1_048_576 to 2_147_483_647.';

const milliseconds = orNone('a timeout', timeout, 'Give milliseconds: a number above 0, or Infinity.');

const schema = v.object({
  timeout: v.optional(milliseconds),
  retries: v.optional(count('a number of tries', 0)),
  runTimeout: v.optional(milliseconds),
  concurrency: v.optional(
    orNone('a number of requests', count('a number of requests', 1), 'Give a whole number, 1 or more, or Infinity.'),
  ),
  queue: v.optional(v.object(queueFields)),
  balance: v.optional(
    v.union(
      [v.picklist(['outstanding', 'rss']), v.custom<Balance>((value) => typeof value === 'function')],
      `is not a balance. Give 'outstanding', 'rss' or a function.`,
    ),
  ),
  onUnresponsive: v.optional(oneOf('a policy for unresponsive workers', ['replace', 'leave'])),
  recycle: v.optional(v.object(recycleFields)),
  maxFrame: v.optional(number('a size in bytes', sizeRemedy, 2 ** 20, 2 ** 31 - 1, true)),
  signals: v.optional(flag),
} satisfies Record<Exclude<keyof PoolOptions, 'effects' | 'scheduler'>, v.GenericSchema>);

const optionNames = [...Object.keys(schema.entries), 'effects', 'scheduler'];

/** A list or a Map would pass as empty options. */
function refuseUnknownWithin(value: object | undefined, fields: object, field: string, problem: string): void {
  if (value === undefined) return;
  if (!isRecord(value)) fail(field, value, problem);
  refuseUnknownOptions(value, Object.keys(fields), `${field}.`);
}

function fail(field: string, value: unknown, problem: string): never {
  throw new RxvisorError('ERR_OPTION', `${field}: ${show(value)} ${problem}`);
}

/** @throws {@link SpecError} for an invalid number of workers */
export function checkSize(size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new SpecError('size', `${show(size)} is not a number of workers. Give a whole number, 1 or more.`);
}
