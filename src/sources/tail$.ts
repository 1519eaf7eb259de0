import { resolve } from 'node:path';
import { asyncScheduler, concat, type Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, effectsWith, flag, lineLength, numberOfLines, text } from '../model/checks.js';
import { nodeEffects } from '../nodeEffects.js';
import { followLog$, type TailEffects } from './tail/followLog$.js';
import { openLog$, toEnd$, unfinishedLine$ } from './tail/openLog$.js';

export interface TailOptions {
  /** How many of the last lines come first. `Infinity`: all lines. Default `10`. */
  readonly lines?: number | undefined;
  /** Emit new lines, too, over rotations. Default `false`: complete at the end of the file. */
  readonly follow?: boolean | undefined;
  /** Longer lines are cut into pieces of this many UTF-16 code units. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: TailEffects | undefined;
}

const tailOptions: OptionChecks<TailOptions> = {
  lines: numberOfLines,
  follow: flag,
  maxLineLength: lineLength,
  effects: effectsWith(['openRead$', 'read$', 'stat$', 'list$', 'close$', 'gunzip$']),
};

/**
 * Reads the last lines of a log, and with `follow` what is written to it. Each value is a block of whole lines, each ended
 * by `\n`.
 *
 * ```text
 * file            a b c --- d ------- e (renamed) f --
 * tail$(follow)   (ab\nc)---d---------e-----------f--    with lines: 3
 * ```
 *
 * Without `follow`, it completes at the end that the file had when it was opened. A missing final `\n` is added.
 *
 * With `follow`:
 * - The file need not exist yet. It is checked ten times a second. A line is emitted when it has ended.
 * - After a rotation (`rotate` of a log), the rest of the old file comes first. Then come the files that were rotated
 *   meanwhile, compressed ones too, then the new file: every line once, in order. Only a file that is removed before it
 *   is read is missed: set `keep` to more files than can be filled in a tenth of a second.
 * - A file that others rename or remove is read until the new file has content. A file that they rename twice within a
 *   tenth of a second is missed, as with `tail -F`.
 * - A truncated file is read from its beginning.
 *
 * @param path relative to the cwd
 * @param options see {@link TailOptions}
 * @param scheduler for the checks of a followed file. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
 * @throws errors of reading, as error notifications; ENOENT only without `follow`
 * @see tail(1), `--follow=name`
 * @example
 * ```ts
 * import { tail$ } from 'rxvisor';
 *
 * tail$('logs/api.log', { lines: 100, follow: true }).subscribe((text) => process.stdout.write(text));
 * ```
 */
export function tail$(
  path: string,
  options: TailOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<string> {
  checkArgument('path', path, text('a path'));
  checkOptions(options, tailOptions);
  checkScheduler(scheduler);
  const { lines = 10, follow = false, maxLineLength = 65_536, effects = nodeEffects } = options;
  const file = resolve(path);
  const reading = { lines, maxLineLength };
  return follow
    ? followLog$(file, reading, effects, scheduler)
    : openLog$(file, reading, effects, (log) => concat(toEnd$(log, effects, log.size), unfinishedLine$(log)));
}
