import {
  connect,
  defer,
  EMPTY,
  endWith,
  ignoreElements,
  merge,
  mergeMap,
  Observable,
  observeOn,
  of,
  queueScheduler,
  Subject,
  Subscription,
  takeUntil,
} from 'rxjs';
import { checkArgument } from '../model/check.js';
import { callback, commands, checkReturned } from '../model/checks.js';
import type { ChildEvent, TriggerFailed } from '../model/childEvent.js';
import type { Command } from '../model/command.js';

/**
 * Runs a pipeline that is steered by commands: subscribes to `source$` once, whatever the pipeline does with it, and
 * makes stopping the only way to end.
 *
 * ```text
 * source$   --r------s|
 * pipeline  e--ee--e--e-e|
 * result    e--ee--e--e-e|
 * ```
 *
 * - Commands reach the pipeline one after the other, and so do its values those who listen: a command sent in reaction
 *   to a command or to a value waits its turn, so that everybody sees the same order.
 * - When `source$` completes, no more commands will come; the pipeline goes on.
 * - When `source$` fails, the pipeline is told to stop, and the error is passed on once it has completed.
 * - Unsubscribing tells the pipeline to stop. It runs on unseen until it completes: teardown in RxJS is synchronous,
 *   stopping a program is not.
 *
 * @param source$ commands, hot or cold, synchronous or not
 * @param project makes the pipeline from the shared commands
 * @throws what `project` throws, as an error notification
 * @example
 * ```ts
 * import { of } from 'rxjs';
 * import { withCommands } from 'rxvisor';
 *
 * withCommands(of({ type: 'reset' as const }), (command$) => command$).subscribe((command) => {
 *   console.log(command.type); // reset
 * });
 * ```
 */
export function withCommands<T>(
  source$: Observable<Command>,
  project: (command$: Observable<Command>) => Observable<T>,
): Observable<T>;
/** With more commands than those of a child. */
export function withCommands<T, More>(
  source$: Observable<Command | More>,
  project: (command$: Observable<Command | More>) => Observable<T>,
): Observable<T>;
export function withCommands<T, More>(
  source$: Observable<Command | More>,
  project: (command$: Observable<Command | More>) => Observable<T>,
): Observable<T> {
  checkArgument('source$', source$, commands);
  checkArgument('project', project, callback);
  return new Observable((subscriber) => {
    const command$ = new Subject<Command | More>();
    const emitCommand = (command: Command | More): void => {
      queueScheduler.schedule(() => {
        command$.next(command);
      });
    };
    let failure: { readonly error: unknown } | undefined;
    const feed = new Subscription();

    checkReturned('project', project(command$.asObservable()))
      .pipe(observeOn(queueScheduler))
      .subscribe({
        next: (value) => {
          subscriber.next(value);
        },
        error: (error: unknown) => {
          feed.unsubscribe();
          subscriber.error(error);
        },
        complete: () => {
          feed.unsubscribe();
          if (failure === undefined) subscriber.complete();
          else subscriber.error(failure.error);
        },
      });

    if (feed.closed) return;
    feed.add(
      source$.pipe(observeOn(queueScheduler)).subscribe({
        next: (command) => {
          command$.next(command);
        },
        error: (error: unknown) => {
          failure = { error };
          emitCommand({ type: 'stop' });
        },
      }),
    );
    return () => {
      if (!feed.closed) emitCommand({ type: 'stop' });
    };
  });
}

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
