import { runInNewContext } from 'node:vm';
import { ExitError } from '../exitError.js';

/** How long a pattern may take for all names, in ms. */
const PATIENCE = 1_000;

/**
 * The names that a regular expression matches.
 *
 * It runs in a context of its own: only there can V8 stop a pattern that backtracks for ever.
 *
 * @throws ExitError 2 for one that takes too long
 * @see https://nodejs.org/api/vm.html#vmruninnewcontextcode-contextobject-options
 */
export function matchingNames(word: string, { source, flags }: RegExp, names: readonly string[]): ReadonlySet<string> {
  const code = `JSON.stringify(JSON.parse(names).filter((name) => new RegExp(source, flags).test(name)))`;
  try {
    const context = { source, flags, names: JSON.stringify(names) };
    const found: unknown = JSON.parse(String(runInNewContext(code, context, { timeout: PATIENCE })));
    return new Set(Array.isArray(found) ? found.map(String) : []);
  } catch (error) {
    // The error comes from the other context: `instanceof Error` is false.
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new ExitError(2, `${word}: takes too long to match. Give a simpler pattern.`);
  }
}
