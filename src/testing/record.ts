import { asyncScheduler, defer, type MonoTypeOperatorFunction, type SchedulerLike, tap } from 'rxjs';
import * as v from 'valibot';
import { checkArgument } from '../model/check.js';
import { callback, checkScheduler } from '../model/checks.js';
import type { ChildEvent, Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';
import { describeError, RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/** A line of a recording: the fields that a replay needs. `at` is in ms. */
export type Recorded = { readonly at: number; readonly attempt: number; readonly name?: string | undefined } & (
  | {
      readonly type:
        | 'spawned'
        | 'ready'
        | 'killed'
        | 'stable'
        | 'backingOff'
        | 'gaveUp'
        | 'stoppingAll'
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

/**
 * Records events as lines of JSON, so that {@link replay} can turn an incident into a test.
 *
 * `at` is the time in ms since the subscription. Events are passed on unchanged.
 *
 * ```text
 * {"at":3,"type":"spawned","pid":4711,"attempt":1}
 * {"at":2004,"type":"exited","code":1,"signal":null,"uptime":2001,"expected":false,"attempt":1}
 * ```
 *
 * @param write called with each line, including its `\n`
 * @param scheduler for the times. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of the source, and errors that `write` throws
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

/** Reads a recording. @throws RxvisorError with code `ERR_OPTION` and the number of the wrong line */
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
      'stoppingAll',
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

function parsed(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw wrong(number, describeError(error).message, line);
  }
}

function wrong(number: number, problem: string, line: string): RxvisorError {
  const remedy = 'Give the lines that record() wrote.';
  return new RxvisorError(
    'ERR_OPTION',
    `replay: line ${String(number)} is not an event: ${problem}. ${remedy} The line: ${show(line)}`,
  );
}
