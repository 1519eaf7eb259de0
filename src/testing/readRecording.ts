import * as v from 'valibot';
import type { Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';
import { describeError } from '../model/describeError.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/** A line of a recording: what of an event matters to those who play it. `at` in ms. */
export type Recorded = { readonly at: number; readonly attempt: number; readonly name?: string | undefined } & (
  | {
      readonly type:
        | 'spawned'
        | 'ready'
        | 'killed'
        | 'stable'
        | 'backingOff'
        | 'gaveUp'
        | 'logFailed'
        | 'triggerFailed'
        | 'guardianFailed'
        | 'daemonized'
        | 'refused';
    }
  | Pick<Output, 'type' | 'stream' | 'text'>
  | Pick<Message, 'type' | 'message'>
  | { readonly type: 'stopping'; readonly reason: string }
  | Pick<Exited, 'type' | 'code' | 'signal' | 'expected'>
  | Pick<SpawnFailed, 'type' | 'code' | 'message'>
);

const signal = v.custom<NodeJS.Signals>((value) => typeof value === 'string' && value.startsWith('SIG'));
const about = { at: v.number(), attempt: v.number(), name: v.optional(v.string()) };
const recorded = v.variant('type', [
  v.object({
    ...about,
    type: v.picklist([
      'spawned',
      'ready',
      'killed',
      'stable',
      'backingOff',
      'gaveUp',
      'logFailed',
      'triggerFailed',
      'guardianFailed',
      'daemonized',
      'refused',
    ]),
  }),
  v.object({ ...about, type: v.literal('output'), stream: v.picklist(['stdout', 'stderr']), text: v.string() }),
  v.object({ ...about, type: v.literal('message'), message: v.unknown() }),
  v.object({ ...about, type: v.literal('stopping'), reason: v.string() }),
  v.object({
    ...about,
    type: v.literal('exited'),
    code: v.nullable(v.number()),
    signal: v.nullable(signal),
    expected: v.boolean(),
  }),
  v.object({ ...about, type: v.literal('spawnFailed'), code: v.string(), message: v.string() }),
]);

/** @throws RxvisorError with code `ERR_OPTION`, with the number of the line */
export function readRecording(recording: string): readonly Recorded[] {
  return recording
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }) => {
      const result = v.safeParse(recorded, parsed(line, number));
      if (result.success) return result.output;
      const [issue] = result.issues;
      throw wrong(number, `${v.getDotPath(issue) ?? 'the line'}: ${issue.message}`, line);
    });
}

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw wrong(number, describeError(error).message, line);
  }
}

function wrong(number: number, problem: string, line: string): RxvisorError {
  const remedy = 'Give what record() wrote.';
  return new RxvisorError(
    'ERR_OPTION',
    `replay: line ${String(number)} is no event: ${problem}. ${remedy} ${show(line)}`,
  );
}
