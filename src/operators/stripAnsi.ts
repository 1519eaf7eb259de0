import { map, type MonoTypeOperatorFunction } from 'rxjs';
import strip from 'strip-ansi';
import type { ChildEvent } from '../model/childEvent.js';

/**
 * Removes ANSI escape sequences from `output` events. Other events pass unchanged.
 *
 * ```text
 * source       -("\e[31mred\e[39m\n")-e-|
 * stripAnsi()  -("red\n")-------------e-|
 * ```
 *
 * A string sequence without a terminator (a window title, for example) removes at most the rest of its own line.
 *
 * @throws errors of the source
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { stripAnsi } from 'rxvisor';
 *
 * of({ type: 'output' as const, attempt: 1, stream: 'stdout' as const, text: '\u001B[31mred\u001B[39m\n' })
 *   .pipe(stripAnsi())
 *   .subscribe((event) => {
 *     if (event.type === 'output') console.log(JSON.stringify(event.text)); // "red\n"
 *   });
 * ```
 */
export function stripAnsi(): MonoTypeOperatorFunction<ChildEvent> {
  return map((event) => (event.type === 'output' ? { ...event, text: stripBlock(event.text) } : event));
}

/**
 * The start of a sequence that continues to a terminator, over any text: OSC, DCS, SOS, PM, APC (7-bit and C1 forms), and
 * `ESC k` of screen. See ECMA-48, section 5.6.
 */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const stringIntroducer = /\u001B[\]PX^_k]|[\u0090\u0098\u009D-\u009F]/;

/** Strips a block of whole lines: at once, or line by line if an unterminated sequence could remove several lines. */
export function stripBlock(text: string): string {
  return stringIntroducer.test(text)
    ? text
        .split('\n')
        .map((line) => strip(line))
        .join('\n')
    : strip(text);
}
