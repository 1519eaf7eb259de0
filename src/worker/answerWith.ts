import { setImmediate } from 'node:timers/promises';
import { answer, answerNext, done, fail, type Job, onCancel } from './job.js';

/** An Observable of RxJS, or of another library. */
interface Subscribable {
  readonly subscribe: (observer: Observer) => unknown;
}

interface Observer {
  readonly next: (value: unknown) => void;
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

/** Answers a request with the result of its handler. */
export function answerWith(job: Job, result: unknown): void {
  if (result === undefined) {
    // The handler will call `respond`. After a cancellation it cannot report that it has stopped.
    if (!job.over) onCancel(job, () => done(job));
  } else if (isPromise(result)) {
    result.then(
      (value) => answerOnce(job, value),
      (error: unknown) => fail(job, error),
    );
  } else answerOnce(job, result);
}

function answerOnce(job: Job, value: unknown): void {
  if (isSubscribable(value)) subscribeTo(value, job);
  else if (isAsyncIterable(value)) void iterate(value, job);
  // The handler settled the request by `respond` or `ack` before it returned.
  else if (!job.over || value !== undefined) answer(job, value);
}

function subscribeTo(source: Subscribable, job: Job): void {
  // Empty while the source emits values synchronously.
  const held: { subscription?: unknown } = {};
  const stop = (): void => {
    if (hasUnsubscribe(held.subscription)) held.subscription.unsubscribe();
    done(job);
  };
  try {
    held.subscription = source.subscribe({
      next: (value) => {
        if (!answerNext(job, value)) stop();
      },
      error: (error) => fail(job, error),
      complete: () => done(job),
    });
  } catch (error) {
    // RxJS passes it to `error`; an Observable of another library may throw it.
    fail(job, error);
    return;
  }
  if (job.over) stop();
  else onCancel(job, stop);
}

/** After this number of values, this process reads messages of the manager. */
const AT_ONCE = 64;

/**
 * Takes the next value when the manager has read the previous ones. A generator that never waits would block reading and writing,
 * so this pauses it.
 */
async function iterate(values: AsyncIterable<unknown>, job: Job): Promise<void> {
  let made = 0;
  try {
    for await (const value of values) {
      if (!answerNext(job, value)) break;
      made += 1;
      if (made % AT_ONCE === 0) await setImmediate();
      await job.link.drained();
      if (job.cancelled !== undefined) break;
    }
    done(job);
  } catch (error) {
    fail(job, error);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isSubscribable(value: unknown): value is Subscribable {
  return typeof value === 'object' && value !== null && 'subscribe' in value && typeof value.subscribe === 'function';
}

function hasUnsubscribe(value: unknown): value is { readonly unsubscribe: () => void } {
  return (
    typeof value === 'object' && value !== null && 'unsubscribe' in value && typeof value.unsubscribe === 'function'
  );
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    typeof value[Symbol.asyncIterator] === 'function'
  );
}
