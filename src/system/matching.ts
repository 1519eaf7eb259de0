import { runInThisContext } from 'node:vm';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/** The maximum time for all texts together, in ms. */
const PATIENCE = 1_000;

/**
 * The texts that a regular expression matches. It blocks for at most one second.
 *
 * A pattern may backtrack for ever. V8 can stop it only in a script with a timeout, so the match runs as such a script. The flags
 * `g` and `y` are removed: with them, a match would start where the last one ended.
 *
 * @throws RxvisorError with code `ERR_TIMEOUT` when the pattern takes longer
 * @see https://nodejs.org/api/vm.html#vmruninthiscontextcode-options
 */
export function matching(pattern: RegExp, texts: readonly string[]): readonly string[] {
  const given = JSON.stringify(JSON.stringify([pattern.source, pattern.flags.replace(/[gy]/g, ''), texts]));
  const code = `(([source, flags, texts]) => {
    const pattern = new RegExp(source, flags);
    return texts.filter((text) => pattern.test(text));
  })(JSON.parse(${given}))`;
  try {
    const found: unknown = runInThisContext(code, { timeout: PATIENCE });
    return Array.isArray(found) ? found.map(String) : [];
  } catch (cause) {
    const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
    if (code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
    const remedy = 'Give a simpler pattern, or a string.';
    const problem = `took longer than ${String(PATIENCE)} ms to match.`;
    throw new RxvisorError('ERR_TIMEOUT', `${show(pattern)} ${problem} ${remedy}`, { cause });
  }
}
