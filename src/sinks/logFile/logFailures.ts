import { filter, map, type Observable, type SchedulerLike, switchMap, take } from 'rxjs';
import type { LogFailure } from '../../model/effects.js';
import type { ByteCredit } from '../../operators/byteCredit.js';
import { deadline$ } from '../../operators/deadline.js';
import { countLines } from './writeQueue.js';

/** Waits before a file that failed is tried again, in ms; then the last one repeats. */
const RETRY_AT: readonly number[] = [100, 500, 1_000, 5_000];
const LAST_RETRY = 30_000;
/** How many ms until a pipe that is full is tried again, and how often in a row before that is a failure. */
const FULL_RETRY = 10;
const FULL_MAX = 100;

/** When a log is tried again that could not be written. */
export interface RetryPolicy {
  /** Whether the last try was a failure. */
  readonly isFailing: () => boolean;
  readonly succeeded: () => void;
  /** The wait in ms; `failure` is false for a pipe whose reader is slow: what waits goes on counting, and so slows the child. */
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

/** What a sink lets in, and what it has to say of the rest. */
export interface Overflow {
  readonly admits: (chunks: readonly Uint8Array[]) => boolean;
  /** How many lines were dropped, each time there is room again. */
  readonly dropped$: Observable<LogFailure>;
}

/** With `'block'` everything is let in: the source is being paused meanwhile. */
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
 * The failure of a log that is not complete `grace` ms after its end: the disk hangs, or is too slow. Nothing is dropped: the
 * lines stay in the queue, and are written when the file takes them.
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
