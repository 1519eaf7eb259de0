import {
  BehaviorSubject,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
  take,
  takeWhile,
  tap,
} from 'rxjs';
import { type ChildEvent, type EventOrigin, isTerminal, type TriggerFailed } from '../model/childEvent.js';
import type { Command, Watch } from '../model/command.js';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import type { Plan } from '../model/spec/plan.js';
import { isStartResult } from '../model/startProgress.js';
import { restartWhen } from '../operators/restartWhen.js';
import { cron$ } from './cron$.js';
import { usage$ } from './usage$.js';
import { watch$ } from './watch$.js';

/** Whether files are watched; `refused` says why they cannot be. */
type Watching = 'off' | 'beginning' | 'watching' | { readonly refused: string };

export interface TriggerInputs {
  readonly command$: Observable<Command>;
  readonly event$: Observable<ChildEvent>;
}

/** The restarts that a plan asks for beside those of its schedule: by files, by the clock, by memory. */
export function triggers$(
  plan: Plan,
  { command$, event$ }: TriggerInputs,
  effects: Pick<Effects, 'changes$' | 'sample$' | 'queued$'>,
): Observable<Command | TriggerFailed> {
  const { watch, cron, maxRss } = plan.triggers;
  const origin: EventOrigin = plan.name === undefined ? { attempt: 0 } : { name: plan.name, attempt: 0 };
  const state$ = new BehaviorSubject<Watching>('off');
  const watching$ = command$.pipe(
    scan((on, command) => (command.type === 'watch' ? (command.on ?? !on) : on), watch.on),
    startWith(watch.on),
    distinctUntilChanged(),
  );
  /** Says nothing; completes once the child is ready again, or has failed to be. */
  const debounced$ = event$.pipe(
    takeWhile((event) => !isStartResult(event)),
    ignoreElements(),
  );
  return merge(
    watching$.pipe(
      tap((on) => {
        state$.next(on ? 'beginning' : 'off');
      }),
      switchMap((on) => (on ? restarts$('watch', changed$()).pipe(tap(noteFailure)) : EMPTY)),
    ),
    cron === undefined ? EMPTY : restarts$('cron', cron$(cron.expression, { timezone: cron.timezone })),
    maxRss === undefined ? EMPTY : restarts$('maxRss', exceeded$(maxRss)),
    // After the above, who have heard of the same command by then.
    command$.pipe(filter(isWatch), mergeMap(answered$)),
  );

  function answered$({ onResult }: Watch): Observable<never> {
    return state$.pipe(
      filter((state) => state !== 'beginning'),
      take(1),
      tap((state) => onResult?.(typeof state === 'string' ? undefined : state.refused)),
      ignoreElements(),
    );
  }

  function noteFailure(told: Command | TriggerFailed): void {
    if (told.type === 'triggerFailed') state$.next({ refused: told.message });
  }

  function restarts$(trigger: string, trigger$: Observable<unknown>): Observable<Command | TriggerFailed> {
    return defer(() => EMPTY.pipe(restartWhen(trigger$, trigger))).pipe(
      mergeMap(waitingOnce((restart) => merge(debounced$, of(restart)))),
      catchError((error: unknown) =>
        of<TriggerFailed>({ type: 'triggerFailed', trigger, ...describeError(error), ...origin }),
      ),
    );
  }

  /** What is asked for again while it waits for its turn is the same. */
  function waitingOnce<T, R>(job$: (value: T) => Observable<R>): (value: T) => Observable<R> {
    let waiting = false;
    return (value) => {
      if (waiting) return EMPTY;
      waiting = true;
      return effects.queued$(
        defer(() => {
          waiting = false;
          return job$(value);
        }),
      );
    };
  }

  function changed$(): Observable<unknown> {
    // Rotated logs, too: their names begin with that of the log.
    const logs = plan.log?.files.flatMap(({ path }) => [path, `${path}.*`]) ?? [];
    const { paths, cwd, debounce, ignore } = watch;
    const changes$: Effects['changes$'] = (roots, isIgnored) =>
      effects.changes$(roots, isIgnored).pipe(
        tap(({ type }) => {
          if (type === 'watching') state$.next('watching');
        }),
      );
    return watch$(paths, { cwd, debounce, ignore: [...ignore, ...logs], effects: { changes$ } });
  }

  function exceeded$({ bytes, every }: NonNullable<typeof maxRss>): Observable<unknown> {
    return event$.pipe(
      filter((event) => event.type === 'spawned' || isTerminal(event)),
      switchMap((event) =>
        event.type === 'spawned'
          ? usage$(event.pid, { every, effects }).pipe(
              filter(({ rss }) => rss > bytes),
              take(1),
            )
          : EMPTY,
      ),
    );
  }
}

function isWatch(command: Command): command is Watch {
  return command.type === 'watch';
}
