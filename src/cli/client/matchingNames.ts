import { describeError } from '../../model/describeError.js';
import { matching } from '../../sources/matching.js';
import { ExitError } from '../exitError.js';

/**
 * The names that a regular expression matches.
 *
 * @throws ExitError 2 for one that takes too long
 */
export function matchingNames(word: string, pattern: RegExp, names: readonly string[]): ReadonlySet<string> {
  try {
    return new Set(matching(pattern, names));
  } catch (error) {
    if (describeError(error).code !== 'ERR_TIMEOUT') throw error;
    throw new ExitError(2, `${word}: takes too long to match. Give a simpler pattern.`);
  }
}
