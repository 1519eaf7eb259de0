import type { Plan, ProbePlan } from '../model/plan.js';
import { decodeChunks } from '../model/rawOutput.js';
import { stripBlock } from '../operators/stripBlock.js';
import { isNotice } from './notice.js';
import type { Happening } from './spawnProcess.js';

/** Whether something that happened makes the child ready in the sense of `ChildSpec.ready`. */
export function isReady(ready: Exclude<Plan['ready'], ProbePlan>): (happening: Happening) => boolean {
  if (ready === 'spawn') return ({ type }) => type === 'spawn';
  if (typeof ready === 'string') {
    const word = ready === 'message' ? 'ready' : ready;
    return (happening) => happening.type === 'message' && says(happening.message, word);
  }
  const matches = matcher(ready.line);
  const shows = (text: string): boolean => stripBlock(text.slice(0, -1)).split('\n').some(matches);
  return (happening) =>
    (happening.type === 'output' && shows(happening.text)) ||
    (happening.type === 'bytes' && shows(decodeChunks(happening.chunks)));
}

/** A program made for pm2 says that it is ready in a word of its own. */
function says(message: unknown, word: 'ready' | 'listening'): boolean {
  return isNotice(message) ? message.rxvisor === word : word === 'ready' && message === word;
}

/** A `g` or `y` flag would make a pattern remember where it last matched, from one line to the next. */
function matcher(line: RegExp | string): (text: string) => boolean {
  if (typeof line === 'string') return (text) => text.includes(line);
  const pattern = new RegExp(line.source, line.flags.replace(/[gy]/g, ''));
  return (text) => pattern.test(text.replace(/\r$/, ''));
}
