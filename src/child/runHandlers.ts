import { inspect } from 'node:util';

/**
 * Calls the handlers of one end (of a process, a worker, a session) side by side, and awaits all of them. A handler that
 * throws or rejects does not hold up the others.
 *
 * @param onError called with what a handler threw
 * @returns whether no handler threw
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

/** Prints what a handler threw on stderr: a process that ends has nobody else to report to. */
export function printError(what: string): (error: unknown) => void {
  return (error) => void process.stderr.write(`${what}: ${inspect(error)}\n`);
}
