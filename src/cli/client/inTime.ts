import { ExitError } from '../exitError.js';

/**
 * What some work gives, if it is done in time.
 *
 * @param timeout in ms; undefined: for ever
 * @throws ExitError 124 when it is not
 */
export async function inTime<T>(work: Promise<T>, timeout: number | undefined): Promise<T> {
  if (timeout === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ExitError(124, `--timeout: not done within ${String(timeout)} ms. It may be later.`));
    }, timeout);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}
