import {
  asyncScheduler,
  connect,
  filter,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  Observable,
  type SchedulerLike,
} from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, byteCreditObject, effectsWith } from '../model/checks.js';
import { type ChildEvent, type LogFailed, originOf, type Output } from '../model/childEvent.js';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import { schemaCheck } from '../model/schema/fields.js';
import { logOptions } from '../model/schema/logSchema.js';
import type { LineFormat } from '../model/spec/childSpec.js';
import { nodeEffects } from '../nodeEffects.js';
import { withFlush } from '../operators/batchTime.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { formatBlock } from '../output/logBytes.js';
import { type ConsoleFailure, consoleOutput } from './consoleOutput.js';

export interface ConsoleOptions {
  /** Default `'prefixed'`. */
  readonly format?: LineFormat | undefined;
  /** Counts the pending bytes, so that the children can be paused. Default: none. */
  readonly flow?: ByteCredit | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Pick<Effects, 'process'> | undefined;
}

const consoleOptions: OptionChecks<ConsoleOptions> = {
  format: schemaCheck(logOptions.format),
  flow: byteCreditObject,
  effects: effectsWith(['process']),
};

/**
 * Writes the text of `output` events to the manager's own stdout and stderr, ANSI kept, and passes every event on.
 *
 * ```text
 * source       -s-o-o-x|
 * toConsole()  -s-o-o-x-|       completes once the last byte is written
 * ```
 *
 * - It never blocks: not on a terminal that is stopped by Ctrl-S, nor on a pipe that nobody reads. Give the same `flow` here
 *   and to {@link managed$} or {@link supervise}, and the children write at the pace of the reader. Up to 2 MiB are held;
 *   lines beyond that are dropped and counted.
 * - Lost lines are reported by `logFailed`, with `path` `stdout` or `stderr` and the lines `dropped`. Code `EPIPE`
 *   means that the reader has left, `ERR_FULL` that it does not read.
 * - A `format` function that throws is reported likewise, with code `ERR_FORMAT`; the lines are written plain.
 *
 * @param scheduler tells the time of a line. Default `asyncScheduler`
 * @throws errors of the source, after the last byte is written
 * @example
 * ```ts
 * import { managed$, toConsole } from 'rxvisor';
 *
 * managed$({ name: 'job', command: 'echo', args: ['done'] })
 *   .pipe(toConsole())
 *   .subscribe(); // job: done
 * ```
 */
export function toConsole(
  options: ConsoleOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  checkOptions(options, consoleOptions);
  checkScheduler(scheduler);
  const { format = 'prefixed', flow, effects = nodeEffects } = options;
  return withFlush((source$) =>
    source$.pipe(
      connect((event$) =>
        // Printed before anybody else sees it: in reaction to it the process may end.
        merge(
          event$.pipe(
            filter((event) => event.type === 'output'),
            mergeMap(print$),
          ),
          event$,
        ),
      ),
    ),
  );

  function print$(event: Output): Observable<LogFailed> {
    const output = consoleOutput(effects.process[event.stream]);
    const about = { name: event.name, stream: event.stream, time: scheduler.now() };
    return new Observable((subscriber) => {
      let text = event.text;
      try {
        text = formatBlock(format, text, about);
      } catch (error) {
        // A format that throws costs the format, not the line.
        subscriber.next({ ...failed(event, '', describeError(error)), code: 'ERR_FORMAT' });
      }
      flow?.take(text.length);
      output.write(text, (failure) => {
        flow?.give(text.length);
        if (failure !== undefined) subscriber.next(failed(event, text, failure));
        subscriber.complete();
      });
    });
  }
}

function failed(event: Output, text: string, failure: ConsoleFailure): LogFailed {
  const dropped = text.split('\n').length - 1;
  return { type: 'logFailed', path: event.stream, ...failure, dropped, ...originOf(event) };
}
