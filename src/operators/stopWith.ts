import {
  asyncScheduler,
  concat,
  concatMap,
  connect,
  defer,
  distinct,
  EMPTY,
  endWith,
  filter,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type Observer,
  of,
  ReplaySubject,
  type SchedulerLike,
  skipUntil,
  take,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, commands, delay, objectWith, isDelay } from '../model/checks.js';
import {
  type ChildEvent,
  type EventOrigin,
  isTerminal,
  type Killed,
  originOf,
  type Refused,
  type Stopping,
} from '../model/childEvent.js';
import { type Command, isRunCommand, type Restart, type Stop } from '../model/command.js';
import type { Act } from '../model/spawnedProcess.js';
import { deadline$ } from './deadline.js';

export interface StopOptions {
  /** Where `ask`, `kill`, signals and messages go: the Subject that `child$` has as its `act$`. */
  readonly act$: Pick<Observer<Act>, 'next'>;
  /** How many ms the run has between being asked and being killed; 0: it is killed at once, without being asked. Default `200`. */
  readonly grace?: number | undefined;
}

const actObserver = objectWith('an observer of acts', ['next'], 'Give the Subject that child$ has as act$.');
const stopOptions: OptionChecks<StopOptions> = { act$: actObserver, grace: delay };

/**
 * Ends one run when a `stop` or `restart` is commanded: asks, races the end of the run against the grace, and kills
 * the whole group when the grace wins.
 *
 * ```text
 * command$   --S
 * run$       s-----x|                  ends 40 ms after being asked
 * result     s-p---x|                  p: stopping
 *
 * command$   --S
 * run$       s-
 * result     s-p 199ms k(x|)           deaf: k: killed at 200 ms
 * ```
 *
 * - What races the grace is the run's `exited`, which `child$` emits once the whole group is empty: a grandchild that
 *   ignores the signal outlives a leader that obeys. An end at exactly `grace` is an end.
 * - A stop while the program is being spawned waits until it is known whether it was.
 * - With a grace of 0 the run is not asked.
 * - A later stop with a shorter grace shortens the wait; a second `restart` is the first; a `restart` after a `stop`
 *   is `refused`.
 * - `stopping` from the run itself (not ready in time, processes left behind) starts the same race.
 * - `signal`, `send` and `fail` commands are passed on to the run.
 *
 * @param command$ the commands of this child
 * @param options see {@link StopOptions}
 * @param scheduler for the grace. Default `asyncScheduler`
 * @throws errors of the run are passed on
 * @example
 * ```ts
 * import { Subject } from 'rxjs';
 * import { child$, stopWith, type Act, type Command } from 'rxvisor';
 *
 * const command$ = new Subject<Command>();
 * const act$ = new Subject<Act>();
 * child$({ command: 'sleep', args: ['60'] }, { act$ })
 *   .pipe(stopWith(command$, { act$, grace: 1_000 }))
 *   .subscribe((event) => {
 *     console.log(event.type); // spawned, ready, stopping, exited
 *     if (event.type === 'ready') command$.next({ type: 'stop' });
 *   });
 * ```
 */
export function stopWith(
  command$: Observable<Command>,
  options: StopOptions,
  scheduler: SchedulerLike = asyncScheduler,
): MonoTypeOperatorFunction<ChildEvent> {
  checkArgument('command$', command$, commands);
  checkOptions(options, stopOptions);
  checkArgument('act$', options.act$, actObserver);
  checkScheduler(scheduler);
  const { act$, grace = 200 } = options;
  return (run$) =>
    run$.pipe(
      // The replay lets a command that comes during the spawn wait for the first event, whenever that is or was.
      connect(
        (event$) => merge(event$, executed$(event$).pipe(takeUntil(event$.pipe(filter(isTerminal), endWith(true))))),
        {
          connector: () => new ReplaySubject<ChildEvent>(1),
        },
      ),
      takeWhile((event) => !isTerminal(event), true),
    );

  function executed$(event$: Observable<ChildEvent>): Observable<ChildEvent> {
    return command$.pipe(
      // Replayed, not sampled: a command sent by whoever sees the first event comes before that event has come here.
      concatMap((command) =>
        event$.pipe(
          take(1),
          // What is sent in reaction to the end of the run comes too late for it.
          filter((event) => !isTerminal(event)),
          map((event): ReceivedCommand => ({ command, origin: originOf(event) })),
        ),
      ),
      connect((received$) => {
        const stop$ = received$.pipe(filter(isStop));
        const restart$ = received$.pipe(filter(isRestart));
        const end$ = merge(
          stop$.pipe(
            map(({ command, origin }): StopRequest => ({
              reason: 'stop',
              grace: isDelay(command.grace) ? command.grace : grace,
              origin,
            })),
          ),
          restart$.pipe(
            takeUntil(stop$),
            map(({ command, origin }): StopRequest => ({ reason: 'restart', trigger: command.trigger, grace, origin })),
          ),
        );
        const unasked$ = event$.pipe(
          filter((event) => event.type === 'stopping'),
          map((event): StopRequest => ({ reason: event.reason, grace, origin: originOf(event) })),
        );
        // In this order: announced, asked, and only then the timer, so that an end at exactly the grace comes first.
        return merge(
          end$.pipe(
            map(toStopping),
            distinct(({ reason }) => reason),
          ),
          restart$.pipe(
            skipUntil(stop$),
            map(({ origin }) => refusal(origin)),
          ),
          merge(end$, unasked$).pipe(
            take(1),
            // One that has no time to do it is not asked: what it begins is neither done nor left.
            filter(({ grace }) => grace > 0),
            tap(({ reason }) => {
              act$.next({ type: 'ask', reason });
            }),
            ignoreElements(),
          ),
          merge(end$, unasked$).pipe(mergeMap(killedAfterGrace$), take(1), mergeMap(killed$)),
          received$.pipe(
            tap(({ command }) => {
              if (isRunCommand(command)) act$.next(command);
            }),
            ignoreElements(),
          ),
        );
      }),
    );
  }

  function killedAfterGrace$(ending: StopRequest): Observable<Killed> {
    return deadline$(ending.grace, scheduler).pipe(
      map(() => ({ type: 'killed', signal: 'SIGKILL', ...ending.origin })),
    );
  }

  /** Told first, done next: killing may end the run, and with it this stream, there and then. */
  function killed$(killed: Killed): Observable<Killed> {
    return concat(
      of(killed),
      defer(() => {
        act$.next({ type: 'kill' });
        return EMPTY;
      }),
    );
  }
}

interface ReceivedCommand<C extends Command = Command> {
  readonly command: C;
  readonly origin: EventOrigin;
}

interface StopRequest {
  readonly reason: Stopping['reason'];
  readonly trigger?: string | undefined;
  readonly grace: number;
  readonly origin: EventOrigin;
}

const isStop = (received: ReceivedCommand): received is ReceivedCommand<Stop> => received.command.type === 'stop';
const isRestart = (received: ReceivedCommand): received is ReceivedCommand<Restart> =>
  received.command.type === 'restart';
const toStopping = ({ reason, trigger, origin }: StopRequest): Stopping => ({
  type: 'stopping',
  reason,
  ...(trigger !== undefined && { trigger }),
  ...origin,
});
const refusal = (at: EventOrigin): Refused => ({ type: 'refused', command: 'restart', reason: 'being stopped', ...at });
