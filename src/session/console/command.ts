import { type Check, checkArgument } from '../../model/check.js';
import { callback, having, listOf, string, text } from '../../model/checks.js';
import type { SessionBase } from '../sessionBase.js';
import type { Argument } from './argument.js';
import type { ConsoleCommand } from './consoleCommand.js';

/** The values that patterns read. */
export type Values<A extends readonly Argument[]> = {
  readonly [I in keyof A]: A[I] extends Argument<infer T> ? T : never;
};

const argumentRemedy = 'Give a list of what arg makes: [arg.text(…)].';
const aPattern = having('an argument', ['read', 'words'], argumentRemedy);
export const commandArgs: Check = listOf('a list of arguments', argumentRemedy, aPattern);

/**
 * A command of the console, with arguments typed by their patterns.
 *
 * @param name one word, or several: `'set port'`
 * @param args the patterns of its arguments; optional ones come last
 * @param help what it does, in a line
 * @param run may be async; what it gives is printed
 * @throws RxvisorError with code `ERR_OPTION`
 * @example
 * ```ts
 * import { arg, command } from 'rxvisor/session';
 *
 * const flush = command('cache flush', [arg.optional(arg.whole('N'))], 'empties the cache', (session, count) => {
 *   return `flushed ${count ?? 'all'}`;
 * });
 * ```
 */
export function command<const A extends readonly Argument[]>(
  name: string,
  args: A,
  help: string,
  run: (session: SessionBase, ...values: Values<A>) => unknown,
): ConsoleCommand {
  checkArgument('name', name, text('a name'));
  checkArgument('args', args, commandArgs);
  checkArgument('help', help, string('a help text'));
  checkArgument('run', run, callback);
  return {
    name,
    args,
    help,
    // Read by these very patterns.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to typed words
    run: (session, values) => run(session, ...(values as Values<A>)),
  };
}
