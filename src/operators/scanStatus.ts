import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  endWith,
  map,
  type OperatorFunction,
  scan,
  type SchedulerLike,
  startWith,
} from 'rxjs';
import { checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, count, text } from '../model/checks.js';
import type { ChildEvent } from '../model/childEvent.js';
import { type Identity, initialStatus, reduceStatus, type Status, type TrackedStatus } from '../model/status.js';

const identityFields: OptionChecks<Identity> = {
  name: text('a name'),
  namespace: text('a namespace'),
  id: count('an id', 0),
  instance: count('the number of an instance', 0),
};

/**
 * Reduces events to a status: `starting`, `online`, `backingOff`, `stopping`, `stopped` or `failed`.
 *
 * ```text
 * source         -s--r--o--x(b)---s--|
 * scanStatus()   a-b--c-----d(e)--f--(g|)
 * ```
 * - `a` starting, before the first event
 * - `b` starting, with a pid
 * - `c` online; an output event (`o`) changes nothing
 * - `d` stopping: the run has ended
 * - `e` backingOff
 * - `f` starting
 * - `g` stopped: the source has completed. For {@link managed$} this means that the log is complete
 *
 * After `gaveUp`, the state is `stopping`, and `failed` when the source completes.
 *
 * @param identity a name, namespace, id or instance for the status. Default `{}`
 * @param scheduler for the times in the status. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid identity
 * @throws errors of the source
 * @example
 * ```ts
 * import { managed$, scanStatus } from 'rxvisor';
 *
 * managed$({ command: 'true' })
 *   .pipe(scanStatus({ name: 'true' }))
 *   .subscribe((status) => {
 *     console.log(status.state); // starting, starting, online, stopping, stopped
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
      const first: TrackedStatus = { status: initialStatus(identity, scheduler.now()), end: 'stopped' };
      return event$.pipe(
        endWith(undefined),
        scan((tracked, event) => reduceStatus(tracked, event, scheduler.now()), first),
        startWith(first),
        map(({ status }) => status),
        distinctUntilChanged(),
      );
    });
}
