import type { Plan, ProbePlan } from '../model/plan.js';
import { decodeChunks } from '../model/rawOutput.js';
import { stripBlock } from '../operators/stripBlock.js';
import { matching } from './matching.js';
import { isChildNotice } from './notice.js';
import type { ProcessEvent } from './spawnProcess.js';

/**
 * Whether something that happened makes the child ready in the sense of `ChildSpec.ready`.
 *
 * @returns a function that throws RxvisorError with code `ERR_TIMEOUT` when its pattern takes too long
 */
export function isReady(ready: Exclude<Plan['ready'], ProbePlan>): (event: ProcessEvent) => boolean {
  if (ready === 'spawn') return ({ type }) => type === 'spawn';
  if (typeof ready === 'string') {
    const word = ready === 'message' ? 'ready' : ready;
    return (happening) => happening.type === 'message' && says(happening.message, word);
  }
  const matches = matcher(ready.line);
  const shows = (text: string): boolean => matches(stripBlock(text.slice(0, -1)).split('\n'));
  return (happening) =>
    (happening.type === 'output' && shows(happening.text)) ||
    (happening.type === 'bytes' && shows(decodeChunks(happening.chunks)));
}

/** A program made for pm2 says that it is ready in a word of its own. */
function says(message: unknown, word: 'ready' | 'listening'): boolean {
  return isChildNotice(message) ? message.rxvisor === word : word === 'ready' && message === word;
}

/** Whether any of the lines matches. */
function matcher(line: RegExp | string): (lines: readonly string[]) => boolean {
  if (typeof line === 'string') return (lines) => lines.some((text) => text.includes(line));
  return (lines) =>
    matching(
      line,
      lines.map((text) => text.replace(/\r$/, '')),
    ).length > 0;
}
