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

export interface StartOptions {
  /** A `stop` is heard here while the child has not been started. Share a cold one with the child. Default: none. */
  readonly command$?: Observable<Command> | undefined;
  /** The child's name, for the events that come in place of its own. Default: none. */
  readonly name?: string | undefined;
}

const startOptions: OptionChecks<StartOptions> = { command$: commands, name: text('a name') };

/**
 * Starts a child only once something else is ready.
 *
 * ```text
 * ready$                2s r
 * child$                s r
 * startAfter(ready$)    2s s r
 * ```
 *
 * - The first value of `ready$`, whatever it is, starts the child; then `ready$` is left alone: what becomes of the other
 *   later is the business of a group ({@link restForOne}).
 * - `ready$` that completes without a value means that the other will never be ready: `gaveUp` with reason `dependency`.
 * - A `stop` while waiting ends it: `stopping`, and nothing is started. So does an unsubscription, without a word.
 * - Events in place of the child's own have `attempt: 0`: there was no run.
 *
 * `ready$` has to remember if it can fire before this is subscribed: a `ReplaySubject`, a `status$`, `shareReplay`.
 *
 * @param ready$ subscribed with the child, until its first value
 * @param options see {@link StartOptions}
 * @throws errors of `ready$`, the child not being started; errors of the child
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
    // Whoever made the commands hears of their failure; here it only means that there will be no more.
    catchError(() => EMPTY),
    filter(({ type }) => type === 'stop'),
    map(() => of<ChildEvent>({ type: 'stopping', reason: 'stop', ...origin })),
  );
  const never$ = of<ChildEvent>({ type: 'gaveUp', reason: 'dependency', ...origin });
  return (child$) =>
    merge(stop$, concat(ready$.pipe(map(() => child$)), of(never$))).pipe(
      take(1),
      switchMap((what$) => what$),
    );
}
