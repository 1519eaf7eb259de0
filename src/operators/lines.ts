import { mergeMap, type OperatorFunction } from 'rxjs';
import { type ChildEvent, type EventOrigin, originOf, type Output } from '../model/childEvent.js';

/** One line of output, without its line end. */
export interface Line extends EventOrigin {
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/**
 * Splits `output` events into single lines, and drops all other events.
 *
 * ```text
 * source    -s-("a\nb\n")-x|
 * lines()   ---(ab)-------|
 * ```
 *
 * A line ends at `\n` or `\r\n`. Any other `\r` is part of the line.
 *
 * @throws errors of the source
 * @example
 * ```ts
 * import { lines, managed$ } from 'rxvisor';
 *
 * managed$({ command: 'printf', args: ['one\\ntwo\\n'] })
 *   .pipe(lines())
 *   .subscribe(({ line }) => {
 *     console.log(line); // one, two
 *   });
 * ```
 */
export function lines(): OperatorFunction<ChildEvent, Line> {
  return mergeMap((event) => (event.type === 'output' ? split(event) : []));
}

function split(event: Output): Line[] {
  return event.text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ ...originOf(event), stream: event.stream, line: line.replace(/\r$/, '') }));
}
