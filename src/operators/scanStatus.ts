import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  endWith,
  type OperatorFunction,
  scan,
  type SchedulerLike,
  startWith,
} from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler } from '../model/checkOption.js';
import { count, text } from '../model/checks.js';
import type { ChildEvent } from '../model/childEvent.js';
import { type Identity, initialStatus, reduceStatus, settleStatus } from '../model/reduceStatus.js';
import type { Status } from '../model/status.js';

const identityFields: OptionChecks<Identity> = {
  name: text('a name'),
  namespace: text('a namespace'),
  id: count('an id', 0),
  instance: count('the number of an instance', 0),
};

/**
 * Reduces events to a status for people: `starting`, `online`, `backingOff`, `stopping`, `stopped` or `failed`.
 *
 * ```text
 * source         -s--r--o--x(b)---s--|
 * scanStatus()   a-b--c-----d(e)--f--(g|)
 * ```
 * `a` starting, before anything has happened; `b` starting, with a pid; `c` online; `o`, output, changes nothing;
 * `d` stopped; `e` backingOff; `f` starting; `g` stopped, since the events have ended.
 *
 * @param identity a name, namespace or id to carry along. Default `{}`
 * @param scheduler tells the time. Default `asyncScheduler`
 * @throws errors of the source
 * @example
 * ```ts
 * import { managed$, scanStatus } from 'rxvisor';
 *
 * managed$({ command: 'true' })
 *   .pipe(scanStatus({ name: 'true' }))
 *   .subscribe((status) => {
 *     console.log(status.state); // starting, starting, online, stopped
 *   });
 * ```
 */
export function scanStatus(
  identity: Identity = {},
  scheduler: SchedulerLike = asyncScheduler,
): OperatorFunction<ChildEvent, Status> {
  checkOptions(identity, identityFields, 'identity.');
  checkScheduler(scheduler);
  return (event$) =>
    defer(() => {
      const first = initialStatus(identity, scheduler.now());
      return event$.pipe(
        endWith(undefined),
        scan(
          (status, event) =>
            event === undefined ? settleStatus(status, scheduler.now()) : reduceStatus(status, event, scheduler.now()),
          first,
        ),
        startWith(first),
        distinctUntilChanged(),
      );
    });
}
