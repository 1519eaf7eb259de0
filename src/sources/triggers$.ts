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

export interface TriggerInputs {
  readonly command$: Observable<Command>;
  readonly event$: Observable<ChildEvent>;
}

/**
 * The restarts of a plan that no crash causes: after a change of files, at cron times, above a memory limit. Triggers that
 * fail are reported, and commands that switch watching are answered.
 */
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
  /** Emits nothing. Completes when the child is ready again, or has failed to become ready. */
  const started$ = event$.pipe(
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
    // Last: the subscribers above have received the same command by now.
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

  function noteFailure(output: Command | TriggerFailed): void {
    if (output.type === 'triggerFailed') state$.next({ refused: output.message });
  }

  function restarts$(trigger: string, trigger$: Observable<unknown>): Observable<Command | TriggerFailed> {
    return defer(() => EMPTY.pipe(restartWhen(trigger$, trigger))).pipe(
      mergeMap(waitingOnce((restart) => merge(started$, of(restart)))),
      catchError((error: unknown) =>
        of<TriggerFailed>({ type: 'triggerFailed', trigger, ...describeError(error), ...origin }),
      ),
    );
  }

  /** Queues a job. While it waits, further requests for it are ignored. */
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
    // Neither the child's logs nor their rotated files cause a restart.
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

/** Whether files are watched. `refused`: why they cannot be watched. */
type Watching = 'off' | 'beginning' | 'watching' | { readonly refused: string };

function isWatch(command: Command): command is Watch {
  return command.type === 'watch';
}
