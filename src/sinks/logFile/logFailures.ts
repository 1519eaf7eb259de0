import { filter, map, type Observable, type SchedulerLike, switchMap, take } from 'rxjs';
import type { LogFailure } from '../../model/effects.js';
import type { ByteCredit } from '../../operators/byteCredit.js';
import { deadline$ } from '../../operators/deadline.js';
import { countLines } from './writeQueue.js';

/** The waits before a file that failed is tried again, in ms. All later waits are `LAST_RETRY`. */
const RETRY_AT: readonly number[] = [100, 500, 1_000, 5_000];
const LAST_RETRY = 30_000;
/** The wait before a full pipe is tried again, in ms. */
const FULL_RETRY = 10;
/** The number of such tries before it counts as a failure. */
const FULL_MAX = 100;

/** Decides when a write that failed is tried again. */
export interface RetryPolicy {
  /** Whether the last write was a failure. */
  readonly isFailing: () => boolean;
  readonly succeeded: () => void;
  /** `delay` in ms. `failure` is false for a pipe with a slow reader: its bytes count as waiting, which slows the child. */
  readonly failed: (code: string) => { readonly delay: number; readonly failure: boolean };
}

export function retryPolicy(): RetryPolicy {
  let failures = 0;
  let fullTimes = 0;
  return {
    isFailing: () => failures > 0,
    succeeded: () => {
      failures = 0;
      fullTimes = 0;
    },
    failed: (code) => {
      if (code === 'EAGAIN' && fullTimes < FULL_MAX) {
        fullTimes += 1;
        return { delay: FULL_RETRY, failure: false };
      }
      failures += 1;
      return { delay: RETRY_AT[failures - 1] ?? LAST_RETRY, failure: true };
    },
  };
}

/** Decides which lines a sink accepts, and counts the others. */
export interface Overflow {
  readonly admits: (chunks: readonly Uint8Array[]) => boolean;
  /** The number of dropped lines, each time there is room again. */
  readonly dropped$: Observable<LogFailure>;
}

/** With `'block'` it accepts all lines, because the source is paused while the file is slow. */
export function dropWhenFull(flow: ByteCredit, onFull: 'block' | 'drop'): Overflow {
  let full = false;
  let dropped = 0;
  return {
    admits: (chunks) => {
      if (!full || onFull === 'block') return true;
      dropped += countLines(chunks);
      return false;
    },
    dropped$: flow.full$.pipe(
      filter((now) => {
        full = now;
        return !full && dropped > 0;
      }),
      map(() => {
        const failure = { code: 'ERR_FULL', message: 'the file is slower than the child', dropped };
        dropped = 0;
        return failure;
      }),
    ),
  };
}

/**
 * The failure of a log that is not complete `grace` ms after its end, because the disk hangs or is slow. Nothing is dropped:
 * the lines are written when the file takes them.
 */
export function logTimeout$(
  end$: Observable<unknown>,
  grace: number,
  scheduler: SchedulerLike,
): Observable<LogFailure> {
  return end$.pipe(
    take(1),
    switchMap(() => deadline$(grace, scheduler)),
    map(() => ({
      code: 'ETIMEDOUT',
      message: `the last lines were not written within ${String(grace)}ms. They are written when the file takes them.`,
      dropped: 0,
    })),
  );
}
