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
import type { LineFormat } from '../model/spec/logSpec.js';
import { nodeEffects } from '../nodeEffects.js';
import { withFlush } from '../operators/batchTime.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { formatBlock } from '../output/logBytes.js';
import { type ConsoleFailure, consoleOutput } from './consoleOutput.js';

export interface ConsoleOptions {
  /** How lines are formatted. Default `'prefixed'`: `name: line`. */
  readonly format?: LineFormat | undefined;
  /** Counts the bytes that are not written yet: give it to {@link managed$}, too. Default: not counted. */
  readonly flow?: ByteCredit | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'process'> | undefined;
}

const consoleOptions: OptionChecks<ConsoleOptions> = {
  format: schemaCheck(logOptions.format),
  flow: byteCreditObject,
  effects: effectsWith(['process']),
};

/**
 * Writes the text of `output` events to this process's stdout and stderr, and passes every event on. ANSI escape sequences
 * are kept.
 *
 * ```text
 * source       -s-o-o-x|
 * toConsole()  -s-o-o-x-|       completes once the last byte is written
 * ```
 *
 * - It never blocks, even if Ctrl-S has stopped the terminal or no process reads the pipe. Give the same `flow` to this sink and
 *   to {@link managed$} or {@link supervise}: then the children write no faster than the reader reads.
 * - Up to 2 MiB wait for the reader. Lines beyond that are dropped.
 * - `logFailed` reports dropped lines: `path` is `stdout` or `stderr`, `dropped` is their number. With code `EPIPE` the
 *   reader has closed the pipe; with `ERR_FULL` it does not read.
 * - If a `format` function throws, the lines are written unformatted, and `logFailed` with code `ERR_FORMAT` reports the error.
 *
 * @param options see {@link ConsoleOptions}
 * @param scheduler its clock is the time of a line. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid option
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
        // Written before the event is passed on: a subscriber may end the process.
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
        // The line is written unformatted.
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
