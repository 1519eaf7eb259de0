import { resolve } from 'node:path';
import { asyncScheduler, concat, type Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, effectsWith, flag, lineLength, numberOfLines, text } from '../model/checks.js';
import { nodeEffects } from '../nodeEffects.js';
import { followLog$, type TailEffects } from './tail/followLog$.js';
import { openLog$, toEnd$, unfinishedLine$ } from './tail/openLog$.js';

export interface TailOptions {
  /** How many of the last lines to begin with; `Infinity`: all. Default `10`. */
  readonly lines?: number | undefined;
  /** Go on with what is written to it, over rotations. Default `false`. */
  readonly follow?: boolean | undefined;
  /** Longer lines are cut in pieces of this many UTF-16 code units. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** How to read. Default: for real. */
  readonly effects?: TailEffects | undefined;
}

const tailOptions: OptionChecks<TailOptions> = {
  lines: numberOfLines,
  follow: flag,
  maxLineLength: lineLength,
  effects: effectsWith(['openRead$', 'read$', 'stat$', 'list$', 'close$', 'gunzip$']),
};

/**
 * The end of a log, and what is written to it: blocks of whole lines, each ended by `\n`.
 *
 * ```text
 * file            a b c --- d ------- e (renamed) f --
 * tail$(follow)   (ab\nc)---d---------e-----------f--    with lines: 3
 * ```
 *
 * - Followed, a file need not exist yet. A line is passed on once it has ended. The file is looked at ten times a second.
 * - When the file is rotated (`rotate` of a log), what was still written to it comes first, then the files that were
 *   rotated meanwhile, compressed ones too, then the new one: every line once, in order. Missed is only a file
 *   that is removed before it is read: `keep` more of them than a tenth of a second fills.
 * - When it is renamed or removed by others, it is read until there is something in the new one: what they rename twice in a
 *   tenth of a second is missed, as by `tail -F`.
 * - A file that was truncated is read from its beginning.
 * - Not followed it completes at the end that the file had when it was opened, a missing final `\n` added.
 *
 * @param path relative to the cwd
 * @param scheduler for the looks. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` at once; as error notifications what reading says, ENOENT only for a
 * file that is not followed
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
