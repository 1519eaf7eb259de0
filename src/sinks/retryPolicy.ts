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
