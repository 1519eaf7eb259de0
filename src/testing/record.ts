import { asyncScheduler, defer, type MonoTypeOperatorFunction, type SchedulerLike, tap } from 'rxjs';
import { checkArgument } from '../model/check.js';
import { checkScheduler } from '../model/checkOption.js';
import { callback } from '../model/checks.js';
import type { ChildEvent } from '../model/childEvent.js';

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
