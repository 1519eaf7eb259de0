import { asyncScheduler, defer, type MonoTypeOperatorFunction, type SchedulerLike, tap } from 'rxjs';
import * as v from 'valibot';
import { checkArgument } from '../model/check.js';
import { callback, checkScheduler } from '../model/checks.js';
import type { ChildEvent, Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';
import { describeError, RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/**
 * Records a lifecycle as lines of JSON, one for each event, with the ms since the subscription as `at`: an incident
 * becomes a test, by {@link replay}. Events are passed on as they are.
 *
 * ```text
 * {"at":3,"type":"spawned","pid":4711,"attempt":1}
 * {"at":2004,"type":"exited","code":1,"signal":null,"uptime":2001,"expected":false,"attempt":1}
 * ```
 *
 * @param write is given each line, with its `\n`; what it throws is an error of the stream
 * @param scheduler for the times. Default `asyncScheduler`
 * @throws errors of the source
 * @see {@link replay}
 * @example
 * ```ts
 * import { managed$ } from 'rxvisor';
 * import { record } from 'rxvisor/testing';
 *
 * managed$({ command: 'false', restartAt: [] })
 *   .pipe(record((line) => process.stdout.write(line))) // or appendFileSync('incident.jsonl', line)
 *   .subscribe();
 * ```
 */
export function record<E extends ChildEvent>(
  write: (line: string) => void,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<E> {
  checkArgument('write', write, callback);
  checkScheduler(scheduler);
  return (event$) =>
    defer(() => {
      const start = scheduler.now();
      return event$.pipe(
        tap((event) => {
          write(`${JSON.stringify({ at: scheduler.now() - start, ...event })}\n`);
        }),
      );
    });
}

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
