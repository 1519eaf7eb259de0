import { ExitError } from '../exitError.js';

/**
 * What some work gives, if it is done in time.
 *
 * @param timeout in ms; undefined: for ever
 * @param since when it began to count, by `performance.now()`. Default: now
 * @throws ExitError 124 when it is not
 */
export async function withTimeout<T>(
  work: Promise<T>,
  timeout: number | undefined,
  since: number = performance.now(),
): Promise<T> {
  if (timeout === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => {
        reject(new ExitError(124, `--timeout: not done within ${String(timeout)} ms. It may be later.`));
      },
      since + timeout - performance.now(),
    );
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
