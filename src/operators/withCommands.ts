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
 * Runs a pipeline that is controlled by commands, with one subscription to the commands.
 *
 * ```text
 * source$   --r------s|
 * pipeline  e--ee--e--e-e|
 * result    e--ee--e--e-e|
 * ```
 *
 * - Commands and values go through one queue. A command in reaction to a command or a value waits, so that all subscribers see
 *   the same order.
 * - When `source$` completes, the pipeline continues without commands.
 * - When `source$` fails, the pipeline gets a `stop` command. The error is passed on when it has completed.
 * - Unsubscribing sends `stop` too. The pipeline continues in the background until it completes, because stopping a program takes
 *   time and the teardown of RxJS is synchronous.
 *
 * @param source$ commands, hot or cold
 * @param project makes the pipeline. It gets the shared commands, and may subscribe to them several times
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of `source$` and of the pipeline, and errors that `project` throws
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
/** As above, with commands of other types too. */
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
 * Runs a pipeline with triggers. A trigger reacts to the events of the pipeline with commands for it. If a trigger fails, its
 * `triggerFailed` event is added to the events.
 *
 * ```text
 * command$    ------------------S
 * triggers$   -----R------u
 * pipeline    s----p-xs---------p-x|
 * result      s----p-xs---u-----p-x|     u: triggerFailed
 * ```
 *
 * @param command$ commands, shared as in `withCommands`
 * @param triggers$ called with the events of the pipeline. Unsubscribed when the pipeline completes
 * @param project makes the pipeline. It gets these commands and the commands of the triggers
 * @throws errors of all three
 */
export function withTriggers(
  command$: Observable<Command>,
  triggers$: (event$: Observable<ChildEvent>) => Observable<Command | TriggerFailed>,
  project: (command$: Observable<Command>) => Observable<ChildEvent>,
): Observable<ChildEvent> {
  return defer(() => {
    const triggered$ = new Subject<Command>();
    // Queued, like all commands: for all subscribers, a command comes after the event that caused it.
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
