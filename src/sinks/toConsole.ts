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
import { type Effects, nodeEffects } from '../effects.js';
import type { ChildEvent, LogFailed, Output } from '../model/childEvent.js';
import type { LineFormat } from '../model/childSpec.js';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { bySchema } from '../model/checkBy.js';
import { checkScheduler } from '../model/checkOption.js';
import { effectsWith } from '../model/checks.js';
import { describeError } from '../model/describeError.js';
import { logOptions } from '../model/logSchema.js';
import { originOf } from '../model/originOf.js';
import { withLastWords } from '../operators/withLastWords.js';
import { formatBlock } from './formatBlock.js';

export interface ConsoleOptions {
  /** Default `'prefixed'`. */
  readonly format?: LineFormat | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Pick<Effects, 'process'> | undefined;
}

const consoleOptions: OptionChecks<ConsoleOptions> = {
  format: bySchema(logOptions.format),
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
 * A stream that is closed (`rxvisor … | head`) is reported by `logFailed`, with `path` `stdout` or `stderr`.
 *
 * A `format` function that throws is reported likewise, with code `ERR_FORMAT`; the lines are written plain.
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
  const { format = 'prefixed', effects = nodeEffects } = options;
  return withLastWords((source$) =>
    source$.pipe(
      connect((event$) =>
        merge(
          event$,
          event$.pipe(
            filter((event) => event.type === 'output'),
            mergeMap(print$),
          ),
        ),
      ),
    ),
  );

  function print$(event: Output): Observable<LogFailed> {
    const stream = effects.process[event.stream];
    const about = { name: event.name, stream: event.stream, time: scheduler.now() };
    return new Observable((subscriber) => {
      let text = event.text;
      try {
        text = formatBlock(format, text, about);
      } catch (error) {
        // A format that throws costs the format, not the line.
        subscriber.next({ ...failed(event, '', error), code: 'ERR_FORMAT' });
      }
      stream.write(text, (error) => {
        if (error) {
          // The stream emits the same error next; unheard it would be an uncaught exception.
          if (stream.listenerCount('error') === 0) stream.once('error', () => undefined);
          subscriber.next(failed(event, text, error));
        }
        subscriber.complete();
      });
    });
  }
}

function failed(event: Output, text: string, error: unknown): LogFailed {
  const dropped = text.split('\n').length - 1;
  return { type: 'logFailed', path: event.stream, ...describeError(error), dropped, ...originOf(event) };
}
