import type { Readable } from 'node:stream';
import { asyncScheduler, map, type Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, lineLength, objectWith, observable } from '../model/checks.js';
import type { LinesOptions } from '../output/chunks$.js';
import { type LineBlock, textBlocks$ } from '../output/textBlocks$.js';

const readable = objectWith('a readable stream', ['pipe', 'unpipe', 'on'], 'Give a Readable of node:stream.');
const linesOptions: OptionChecks<LinesOptions> = {
  maxLineLength: lineLength,
  pause$: observable('Give an Observable of booleans, or leave it out.'),
};

/**
 * Reads a byte stream and emits whole lines, each ended by `\n`. Each value is a block of lines, not one line: single
 * lines cost more than three times as much.
 *
 * ```text
 * source    -(a)-(b\nc\nd)---(e)-|
 * lines$    -----(ab\nc\n)-------(de\n|)
 * ```
 *
 * - A UTF-8 character can be split between two chunks. `\r`, NUL and ANSI sequences pass unchanged.
 * - A missing final `\n` is added.
 * - The stream of lines completes when the byte stream ends, is destroyed or fails: a broken pipe is the end of output.
 *
 * @param source the byte stream, without an encoding set
 * @param options see {@link LinesOptions}
 * @param scheduler for the gathering of small chunks: at most 1 ms. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
 * @throws errors of `pause$`, as error notifications
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { lines$ } from 'rxvisor';
 *
 * lines$(Readable.from([Buffer.from('one\ntw'), Buffer.from('o')])).subscribe(({ text }) => {
 *   console.log(JSON.stringify(text)); // "one\n", "two\n"
 * });
 * ```
 */
export function lines$(
  source: Readable,
  options: LinesOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<LineBlock> {
  checkArgument('source', source, readable);
  checkOptions(options, linesOptions);
  checkScheduler(scheduler);
  return textBlocks$(source, options, scheduler).pipe(map(({ text, cut }) => ({ text, cut })));
}
