import { inspect } from 'node:util';

/**
 * Calls all handlers at once, and awaits all of them: for the stop of a process, a worker or a session. A handler that
 * throws or rejects does not delay the others.
 *
 * @param onError called with each error that a handler throws
 * @returns whether no handler has thrown
 */
export async function runHandlers(
  handlers: Iterable<() => unknown>,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const results = await Promise.all(
    [...handlers].map(async (handler) => {
      try {
        await handler();
        return true;
      } catch (error) {
        onError(error);
        return false;
      }
    }),
  );
  return results.every(Boolean);
}

/** Prints the error of a handler on stderr. */
export function printError(what: string): (error: unknown) => void {
  return (error) => void process.stderr.write(`${what}: ${inspect(error)}\n`);
}
