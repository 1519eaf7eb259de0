import type { Readable } from 'node:stream';
import { asyncScheduler, map, type Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, lineLength, objectWith, observable } from '../model/checks.js';
import type { LinesOptions } from '../output/chunks$.js';
import { type LineBlock, textBlocks$ } from '../output/textBlocks$.js';

const readable = objectWith('a readable stream', ['pipe', 'unpipe', 'on'], 'Give a Readable of node:stream.');
const linesOptions: OptionChecks<LinesOptions> = {
  maxLineLength: lineLength,
  pause$: observable('Give one of true and false, or leave it out.'),
};

/**
 * The whole lines of a byte stream, a block of them for each chunk that ends one: nobody pays per line who does not
 * ask for lines.
 *
 * ```text
 * source    -(a)-(b\nc\nd)---(e)-|
 * lines$    -----(ab\nc\n)-------(de\n|)
 * ```
 *
 * UTF-8 characters may straddle chunks; `\r`, NUL and ANSI sequences pass untouched; a missing final `\n` is added.
 * Completes when the stream ends, is destroyed or fails: a pipe that breaks is the end of its output.
 *
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
