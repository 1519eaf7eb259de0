import { map, type MonoTypeOperatorFunction } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import { stripBlock } from './stripBlock.js';

/**
 * Takes ANSI escape sequences out of `output` events; other events pass as they are.
 *
 * ```text
 * source       -("\e[31mred\e[39m\n")-e-|
 * stripAnsi()  -("red\n")-------------e-|
 * ```
 *
 * A string sequence (an OSC title, say) that is never terminated takes nothing with it beyond its own line.
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
