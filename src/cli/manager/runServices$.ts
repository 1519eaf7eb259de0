import {
  asyncScheduler,
  combineLatest,
  concat,
  defer,
  delay,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  ignoreElements,
  interval,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  type SchedulerLike,
  share,
  startWith,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs';
import type { ChildEvent, StoppingAll } from '../../model/childEvent.js';
import type { Effects } from '../../model/effects.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { readiness } from '../../model/startProgress.js';
import type { Status, Usage } from '../../model/status.js';
import { nodeEffects } from '../../nodeEffects.js';
import { signal$ as signals$ } from '../../sources/signal$.js';
import { usageReader } from '../../sources/usage$.js';
import { planChild } from '../../supervisor/planChild.js';
import { supervise, type Supervisor, type SupervisorEvent } from '../../supervisor/supervise.js';
import type { Outcome } from '../cliError.js';
import { eventText } from '../format/eventText.js';
import { labelAmong } from '../format/label.js';
import { painter, timeText } from '../format/paint.js';
import { waitingText } from '../format/waitingText.js';
import { statusTable } from '../table/statusTable.js';
import { fit } from '../table/table.js';
import { exitCodeAfter } from './exitCodeAfter.js';
import { pinnedTable$ } from './pinnedTable$.js';
import type { Screen } from './screen.js';

export interface RunOptions {
  readonly screen: Screen;
  /** Stop after this many ms. Default: never. */
  readonly duration?: number | undefined;
  /** The name of the service whose exit code is that of the outcome. Default: that of the service that stopped all. */
  readonly exitCodeFrom?: string | undefined;
  /** Go on when all children have ended. Default `false`. */
  readonly keepRunning?: boolean | undefined;
  /** Serves clients; completes when a client requests a shutdown. Default: serves no clients. */
  readonly serve$?: ((supervisor: Supervisor) => Observable<unknown>) | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Runs services until all have ended, `duration` is over, the reader closed the pipe, or a signal arrives. Emits the
 * outcome after the last text is on the screen.
 *
 * The supervisor also handles the signal: it stops the children. Its listener here means that this command ends the
 * process.
 */
export function runServices$(services: readonly ChildSpec[], options: RunOptions): Observable<Outcome> {
  const {
    screen,
    duration,
    exitCodeFrom,
    keepRunning = false,
    serve$ = () => NEVER,
    effects = nodeEffects,
    scheduler = asyncScheduler,
  } = options;
  const view = { live: screen.live, paint: painter(screen.colours) };

  return defer(() => {
    const supervisor = supervise([], { effects, scheduler, flow: screen.flow });
    // Clients may add children with other specs.
    const event$ = supervisor.event$.pipe(
      filter((event) => supervisor.describe(event.id).every(({ spec }) => isWorthPrinting(event, spec))),
    );
    const cause$ = new ReplaySubject<StoppingAll>(1);
    supervisor.event$.pipe(filter(isStoppingAll), take(1)).subscribe(cause$);
    supervisor.startAll(services);
    let signal: NodeJS.Signals | undefined;
    const signal$ = signals$(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'], { effects }).pipe(
      filter(() => signal === undefined),
      tap((first) => (signal = first)),
      share(),
    );
    const waiting = (statuses: readonly Status[]): string | undefined =>
      signal &&
      waitingText(statuses, { signal, graceOf: (status) => graceOf(supervisor, status), now: scheduler.now() });
    const waiting$ = interval(WAITING_INTERVAL, scheduler).pipe(
      withLatestFrom(supervisor.status$),
      map(([, statuses]) => waiting(statuses)),
      filter((text) => text !== undefined),
    );
    // On a terminal, the table has a line for what the stop waits for.
    const notice$ = signal$.pipe(
      switchMap((first) =>
        concat(of(`${first}: stopping services. Repeat it to kill them at once.`), screen.live ? EMPTY : waiting$),
      ),
      map((notice) => `${timeText(scheduler.now(), view)} ${notice}\n`),
    );
    // logrotate renames the files, then sends this signal.
    const reopened$ = signals$(['SIGUSR2'], { effects }).pipe(
      tap(() => {
        supervisor.reopenLogs(() => true);
      }),
      ignoreElements(),
    );
    const ended$ = supervisor.status$.pipe(filter(allEnded));
    const shutdownRequest$ = new Subject<void>();
    const stopped$ = merge(
      keepRunning ? signal$ : merge(ended$, cause$),
      shutdownRequest$,
      duration === undefined ? NEVER : timer(duration, scheduler),
      screen.gone$,
    ).pipe(
      take(1),
      switchMap(() => supervisor.stopAll()),
      // First, the answer is sent to the client that requested the shutdown.
      delay(0, scheduler),
      share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnRefCountZero: false }),
    );
    const eventText$ = event$.pipe(
      withLatestFrom(supervisor.status$),
      map(([event, statuses]) => eventText(event, scheduler.now(), view, labelAmong(event, statuses))),
    );
    const text$ = merge(eventText$, notice$).pipe(takeUntil(stopped$));
    const readUsage$ = usageReader(effects, () => scheduler.now());
    const usages$ = timer(0, USAGE_INTERVAL, scheduler).pipe(
      withLatestFrom(supervisor.status$),
      exhaustMap(([, statuses]) => readUsage$(statuses)),
      startWith(new Map<number, Usage>()),
    );
    const tableContent$ = combineLatest({ statuses: supervisor.status$, usages: usages$ });
    const shown$ = screen.live
      ? pinnedTable$(
          text$,
          {
            state$: tableContent$,
            draw: (content) => {
              const line = waiting(content.statuses);
              const [now, size] = [scheduler.now(), screen.size()];
              if (line === undefined) return statusTable(content, size, now, view.paint);
              const table = statusTable(content, { ...size, rows: size.rows - 1 }, now, view.paint);
              return [...table, fit(line, size.columns - 1).trimEnd()];
            },
            columns: () => screen.size().columns,
            busy: screen.busy,
            resized$: screen.resized$,
            suspended$: signals$(['SIGTSTP'], { effects }),
            suspend: () => effects.kill(effects.process.pid, 'SIGSTOP'),
          },
          scheduler,
        )
      : text$;

    const served$ = serve$(supervisor).pipe(tap({ complete: () => shutdownRequest$.next() }), ignoreElements());

    return concat(
      merge(shown$.pipe(tap(screen.write), ignoreElements()), merge(reopened$, served$).pipe(takeUntil(stopped$))).pipe(
        takeUntil(screen.gone$),
      ),
      screen.flushed$,
      stopped$.pipe(
        withLatestFrom(cause$.pipe(startWith(undefined))),
        map(([statuses, cause]) => ({ code: exitCodeAfter(statuses, cause, exitCodeFrom), signal })),
      ),
    ).pipe(finalize(() => void supervisor[Symbol.asyncDispose]()));
  });
}

/** False for output that goes to a log, and for `ready` that only repeats `spawned`. */
export function isWorthPrinting(event: SupervisorEvent, spec: ChildSpec): boolean {
  if (event.type === 'ready') return readiness(spec) !== 'spawn';
  const { log } = spec;
  if (event.type !== 'output' || log === undefined) return true;
  return typeof log === 'object' && !('file' in log) && log[event.stream] === undefined;
}

/** Time between two reads of the CPU and memory use that the table shows, in ms. */
const USAGE_INTERVAL = 2_000;

/** Time between two lines that say what a stop waits for, in ms. */
const WAITING_INTERVAL = 1_000;

/** The grace period of a child, in ms. Undefined if it was removed. */
function graceOf(supervisor: Supervisor, { id = 0 }: Status): number | undefined {
  const [child] = supervisor.describe(id);
  return child && planChild(child.spec).plan.stop.grace;
}

function allEnded(statuses: readonly Status[]): boolean {
  return statuses.every(({ state }) => state === 'stopped' || state === 'failed');
}

function isStoppingAll(event: ChildEvent): event is StoppingAll {
  return event.type === 'stoppingAll';
}
