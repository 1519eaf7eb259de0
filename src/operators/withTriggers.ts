import {
  connect,
  defer,
  endWith,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  of,
  queueScheduler,
  Subject,
  takeUntil,
  EMPTY,
} from 'rxjs';
import type { ChildEvent, TriggerFailed } from '../model/childEvent.js';
import type { Command } from '../model/command.js';

/**
 * Runs a pipeline whose own events can lead to commands: what `triggers$` makes of its events are commands to it, and,
 * where a trigger fails, events beside its own.
 *
 * ```text
 * command$    ------------------S
 * triggers$   -----R------u
 * pipeline    s----p-xs---------p-x|
 * result      s----p-xs---u-----p-x|     u: triggerFailed
 * ```
 *
 * @param command$ shared, as `withCommands` gives it
 * @param triggers$ subscribed with the pipeline, until that ends
 * @throws errors of all three
 */
export function withTriggers(
  command$: Observable<Command>,
  triggers$: (event$: Observable<ChildEvent>) => Observable<Command | TriggerFailed>,
  project: (command$: Observable<Command>) => Observable<ChildEvent>,
): Observable<ChildEvent> {
  return defer(() => {
    const triggered$ = new Subject<Command>();
    // In the queue, like all commands: one that an event leads to comes after that event, to everybody.
    return project(merge(command$, triggered$.pipe(observeOn(queueScheduler)))).pipe(
      connect((event$) =>
        merge(
          event$,
          triggers$(event$).pipe(
            mergeMap((output) => {
              if (output.type === 'triggerFailed') return of(output);
              triggered$.next(output);
              return EMPTY;
            }),
            takeUntil(event$.pipe(ignoreElements(), endWith(true))),
          ),
        ),
      ),
    );
  });
}
