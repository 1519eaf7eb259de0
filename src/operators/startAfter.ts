import {
  catchError,
  concat,
  EMPTY,
  filter,
  map,
  merge,
  type MonoTypeOperatorFunction,
  NEVER,
  type Observable,
  of,
  switchMap,
  take,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { commands, observable, text } from '../model/checks.js';
import type { ChildEvent, EventOrigin } from '../model/childEvent.js';
import type { Command } from '../model/command.js';

/** The options of {@link startAfter}. */
export interface StartOptions {
  /** Commands. Only `stop` has an effect here, before the child starts. Share a cold Observable with the child. Default: none. */
  readonly command$?: Observable<Command> | undefined;
  /** The name of the child, for events before its start. Default: none. */
  readonly name?: string | undefined;
}

const startOptions: OptionChecks<StartOptions> = { command$: commands, name: text('a name') };

/**
 * Starts a child when something else is ready.
 *
 * ```text
 * ready$                2s r
 * child$                s r
 * startAfter(ready$)    2s s r
 * ```
 *
 * - The first value of `ready$`, of any kind, starts the child. Then `ready$` is unsubscribed. To restart the child with the other
 *   one, use a group: {@link restForOne}.
 * - If `ready$` completes without a value, the other will never be ready: `gaveUp` with reason `dependency`.
 * - A `stop` during the wait emits `stopping` and completes; the child does not start. An unsubscription emits nothing.
 * - Events before the start have `attempt: 0`.
 *
 * If `ready$` can emit before the subscription, it must replay: a `ReplaySubject`, a `status$`, `shareReplay`.
 *
 * @param ready$ its first value starts the child
 * @param options see {@link StartOptions}. Default `{}`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of `ready$` (then the child does not start), and errors of the child
 * @example
 * ```ts
 * import { filter, merge, share } from 'rxjs';
 * import { managed$, startAfter } from 'rxvisor';
 *
 * const database$ = managed$({ name: 'database', command: 'sleep', args: ['1'] }).pipe(share());
 * const ready$ = database$.pipe(filter(({ type }) => type === 'ready'));
 * const app$ = managed$({ name: 'app', command: 'true' }).pipe(startAfter(ready$, { name: 'app' }));
 * merge(app$, database$).subscribe(({ name, type }) => {
 *   console.log(name, type); // database spawned, database ready, app spawned, ...
 * });
 * ```
 */
export function startAfter(
  ready$: Observable<unknown>,
  options: StartOptions = {},
): MonoTypeOperatorFunction<ChildEvent> {
  checkArgument('ready$', ready$, observable('Give one whose first value starts the child.'));
  checkOptions(options, startOptions);
  const { command$ = NEVER, name } = options;
  const origin: EventOrigin = name === undefined ? { attempt: 0 } : { name, attempt: 0 };
  const stop$ = command$.pipe(
    // The owner of the commands handles their errors. Here an error only means that no more commands come.
    catchError(() => EMPTY),
    filter(({ type }) => type === 'stop'),
    map(() => of<ChildEvent>({ type: 'stopping', reason: 'stop', ...origin })),
  );
  const never$ = of<ChildEvent>({ type: 'gaveUp', reason: 'dependency', ...origin });
  return (child$) =>
    merge(stop$, concat(ready$.pipe(map(() => child$)), of(never$))).pipe(
      take(1),
      switchMap((event$) => event$),
    );
}
