import { Observable, type OperatorFunction, Subscription } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { callback, countOrInfinity, flag, objectWith, observable } from '../model/checks.js';
import type { Pool } from './pool.js';
import type { RequestOptions } from './requestOptions.js';

export interface ViaPoolOptions<Req> {
  /** Emit the answers in the order of the source. Default `false`: as they arrive. */
  readonly ordered?: boolean | undefined;
  /** The maximum number of open requests. Default: the current `pool.capacity()`. */
  readonly concurrency?: number | undefined;
  /** Returns the options of the request for a value. */
  readonly request?: ((value: Req) => RequestOptions) | undefined;
}

/**
 * Sends a request to a pool for each value, and emits the data of the answers.
 *
 * ```text
 * source            -a-b-c-d-|
 * viaPool(2)        ----A--C-B-D|
 * viaPool(ordered)  ----A----(BC)-D|
 * ```
 * It never sends more requests than the workers have room for, so the queue of the pool stays free for other requests. Further
 * values wait here. The first failed request is an error. An error or an unsubscription cancels the open requests. For streams with
 * the answers, or errors as values, use `mergeMap` and `pool.request$`.
 *
 * @throws RxvisorError with code ERR_OPTION, at once
 * @example
 * ```ts
 * import { from } from 'rxjs';
 * import { createPool, viaPool } from 'rxvisor/pool';
 *
 * const pool = createPool({ script: 'worker.js' });
 * from(['a.txt', 'b.txt']).pipe(viaPool(pool, { ordered: true })).subscribe((answer) => console.log(answer));
 * ```
 */
export function viaPool<Req, Res = unknown>(
  pool: Pick<Pool, 'request$' | 'capacity' | 'status$'>,
  options: ViaPoolOptions<Req> = {},
): OperatorFunction<Req, Res> {
  checkArgument('pool', pool, aPool);
  checkArgument('pool.status$', pool.status$, observable('Give what createPool() returns.'));
  checkOptions(options, viaPoolOptions);
  const { ordered = false, concurrency, request } = options;
  return (source$) =>
    new Observable<Res>((subscriber) => {
      const all = new Subscription();
      const out = new Set<PendingValue<Res>>();
      let waiting: Req[] = [];
      let next = 0;
      let feeding = false;
      let completed = false;
      let hopeful = false;

      // A change of workers changes the room.
      all.add(
        pool.status$.subscribe({
          next: ({ state }) => {
            hopeful = state === 'starting' || state === 'online';
            feed();
          },
          error: fail,
        }),
      );
      all.add(
        source$.subscribe({
          next: (value) => {
            waiting.push(value);
            feed();
          },
          error: fail,
          complete: () => {
            completed = true;
            feed();
          },
        }),
      );
      return all;

      /** Not reentrant: a request may be over as soon as it is made. */
      function feed(): void {
        if (feeding) return;
        feeding = true;
        while (next < waiting.length && out.size < room() && !subscriber.closed) ask();
        feeding = false;
        if (completed && out.size === 0 && next === waiting.length) subscriber.complete();
      }

      /** At least one, also without workers: that request then fails with the reason. */
      function room(): number {
        return concurrency ?? Math.max(hopeful ? 0 : 1, pool.capacity());
      }

      function ask(): void {
        const [value] = waiting.slice(next, next + 1);
        next += 1;
        if (next === waiting.length || next > SPENT) {
          waiting = waiting.slice(next);
          next = 0;
        }
        // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- `next` was within the list
        begin(value as Req);
      }

      function begin(value: Req): void {
        const pending: PendingValue<Res> = { answers: [], done: false };
        out.add(pending);
        const asked = new Subscription();
        all.add(asked);
        try {
          asked.add(
            pool.request$<Res>(value, request?.(value) ?? undefined).subscribe({
              next: ({ data }) => {
                pending.answers.push(data);
                deliver(pending);
              },
              error: fail,
              complete: () => {
                pending.done = true;
                all.remove(asked);
                deliver(pending);
                feed();
              },
            }),
          );
        } catch (error) {
          fail(error);
        }
      }

      /** Emits the answers that can be emitted. In order: those of the first value, and of the next one when the first is done. */
      function deliver(pending: PendingValue<Res>): void {
        if (!ordered) emit(pending);
        else for (const first of out) if (!emit(first)) return;
      }

      function emit(pending: PendingValue<Res>): boolean {
        for (const answer of pending.answers.splice(0)) subscriber.next(answer);
        if (pending.done) out.delete(pending);
        return pending.done;
      }

      function fail(error: unknown): void {
        subscriber.error(error);
      }
    });
}

const viaPoolOptions: OptionChecks<ViaPoolOptions<unknown>> = {
  ordered: flag,
  concurrency: countOrInfinity('a number of requests', 1),
  request: callback,
};
const aPool = objectWith('a pool', ['request$', 'capacity'], 'Give what createPool() returns.');

/** The number of sent values that are removed from the list at once. */
const SPENT = 1_024;

/** A value whose request is open: its answers, until they can be emitted. */
interface PendingValue<Res> {
  readonly answers: Res[];
  done: boolean;
}
