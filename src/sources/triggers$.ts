import {
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
} from 'rxjs';
import type { Effects } from '../effects.js';
import type { ChildEvent, EventOrigin, TriggerFailed } from '../model/childEvent.js';
import type { Command } from '../model/command.js';
import { describeError } from '../model/describeError.js';
import { isOutcome } from '../model/isOutcome.js';
import { isTerminal } from '../model/isTerminal.js';
import type { Plan } from '../model/plan.js';
import { restartWhen } from '../operators/restartWhen.js';
import { cron$ } from './cron$.js';
import { usage$ } from './usage$.js';
import { watch$ } from './watch$.js';

export interface Happenings {
  readonly command$: Observable<Command>;
  readonly event$: Observable<ChildEvent>;
}

/** The restarts that a plan asks for beside those of its schedule: by files, by the clock, by memory. */
export function triggers$(
  plan: Plan,
  { command$, event$ }: Happenings,
  effects: Pick<Effects, 'changes$' | 'sample$' | 'inTurn$'>,
): Observable<Command | TriggerFailed> {
  const { watch, cron, maxRss } = plan.triggers;
  const origin: EventOrigin = plan.name === undefined ? { attempt: 0 } : { name: plan.name, attempt: 0 };
  const watching$ = command$.pipe(
    scan((on, command) => (command.type === 'watch' ? (command.on ?? !on) : on), watch.on),
    startWith(watch.on),
    distinctUntilChanged(),
  );
  /** Says nothing; completes once the child is ready again, or has failed to be. */
  const renewed$ = event$.pipe(
    takeWhile((event) => !isOutcome(event)),
    ignoreElements(),
  );
  return merge(
    watching$.pipe(switchMap((on) => (on ? restarts$('watch', changed$()) : EMPTY))),
    cron === undefined ? EMPTY : restarts$('cron', cron$(cron.expression, { timezone: cron.timezone })),
    maxRss === undefined ? EMPTY : restarts$('maxRss', exceeded$(maxRss)),
  );

  function restarts$(trigger: string, trigger$: Observable<unknown>): Observable<Command | TriggerFailed> {
    return defer(() => EMPTY.pipe(restartWhen(trigger$, trigger))).pipe(
      mergeMap(waitingOnce((restart) => merge(renewed$, of(restart)))),
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
      return effects.inTurn$(
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
    return watch$(paths, { cwd, debounce, ignore: [...ignore, ...logs], effects });
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
