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

/** The options of {@link stopWith}. */
export interface StopOptions {
  /** Receives the actions on the run: the same Subject that is the `act$` of `child$`. */
  readonly act$: Pick<Observer<Act>, 'next'>;
  /** The grace period in ms, from the request to stop to the kill. With `0`, the run is killed at once. Default `200`. */
  readonly grace?: number | undefined;
}

const actObserver = objectWith('an observer of acts', ['next'], 'Give the Subject that is the act$ of child$.');
const stopOptions: OptionChecks<StopOptions> = { act$: actObserver, grace: delay };

/**
 * Ends one run at a `stop` or `restart` command: asks it to stop, and kills its process group after the grace period.
 *
 * ```text
 * command$   --S
 * run$       s-----x|                  the run ends after the request
 * result     s-p---x|                  p: stopping
 *
 * command$   --S
 * run$       s-                        the run ignores the request
 * result     s-p 199ms k(x|)           k: killed at 200 ms
 * ```
 *
 * - The grace period ends with `exited`, which `child$` emits when the whole group is empty. A grandchild can ignore the signal
 *   and outlive the leader. A run that ends at exactly `grace` is not killed.
 * - A command during the spawn waits for the first event of the run.
 * - With a grace of 0, the run is killed without a request.
 * - A later stop with a shorter grace shortens the wait. A second `restart` has no effect. A `restart` after a `stop` is
 *   `refused`.
 * - `stopping` from the run itself (not ready in time, processes left behind) starts the grace period too.
 * - `signal`, `send` and `fail` commands are passed on to the run.
 *
 * @param command$ the commands of this child
 * @param options see {@link StopOptions}
 * @param scheduler for the grace period. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid argument
 * @throws errors of the run
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
      // The replay lets a command during the spawn wait for the first event, which may come before or after it.
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
      // Not withLatestFrom: a subscriber that reacts to the first event sends its command before that event arrives here.
      concatMap((command) =>
        event$.pipe(
          take(1),
          // A command in reaction to the end of the run is too late for it.
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
        const ownEnd$ = event$.pipe(
          filter((event) => event.type === 'stopping'),
          map((event): StopRequest => ({ reason: event.reason, grace, origin: originOf(event) })),
        );
        // The order matters: first the event, then the request, then the timer. So an end at exactly `grace` comes first.
        return merge(
          end$.pipe(
            map(toStopping),
            distinct(({ reason }) => reason),
          ),
          restart$.pipe(
            skipUntil(stop$),
            map(({ origin }) => refusal(origin)),
          ),
          merge(end$, ownEnd$).pipe(
            take(1),
            // Without a grace period, a request would only start work that cannot be finished.
            filter(({ grace }) => grace > 0),
            tap(({ reason }) => {
              act$.next({ type: 'ask', reason });
            }),
            ignoreElements(),
          ),
          merge(end$, ownEnd$).pipe(mergeMap(killedAfterGrace$), take(1), mergeMap(killed$)),
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

  function killedAfterGrace$(request: StopRequest): Observable<Killed> {
    return deadline$(request.grace, scheduler).pipe(
      map(() => ({ type: 'killed', signal: 'SIGKILL', ...request.origin })),
    );
  }

  /** Emits the event first: the kill may end the run, and with it this stream, synchronously. */
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
