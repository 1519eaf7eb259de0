import {
  asyncScheduler,
  catchError,
  connect,
  defer,
  EMPTY,
  endWith,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  merge,
  type Observable,
  type ObservableInput,
  of,
  repeat,
  type SchedulerLike,
  type Subscription,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../../model/check.js';
import { callback, delay, observable, scheduler as aScheduler, string } from '../../model/checks.js';
import { RxvisorError, thrownText } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { settleWithin } from '../../operators/deadline.js';
import type { CrashDigest, CrashReport } from '../crashes.js';

/** Sends a digest. The result completes when the digest is delivered, and fails when it is not. */
export type NotifySink = (digest: CrashDigest) => ObservableInput<unknown>;

export interface NotifyOptions {
  /** The least time between two digests, in ms. Default `300_000`, 5 minutes. */
  readonly throttle?: number | undefined;
  /** A kill key, sent with each digest. Default: none. */
  readonly key?: string | undefined;
  /** Called when a sink fails; the next digest is sent anyway. Default: a process warning. */
  readonly onFailed?: ((error: unknown, digest: CrashDigest) => void) | undefined;
  /** For the throttle. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Sends the first crash at once, and later crashes in digests.
 *
 * ```text
 * crash$                      -c----c-c-c--------c---------
 * notify(crash$, toMail(…))   -1--------3--------1         1 mail of 1 crash, 1 mail of 3
 *                              |throttle|throttle|
 * ```
 *
 * A crash loop makes at most one digest in `throttle` ms, also if the sink is slow. When `crash$` completes, the remaining
 * crashes are sent at once.
 *
 * @param crash$ subscribed to synchronously
 * @param sink$ {@link toMail}, {@link toWebhook}, {@link toCommand}, or a function of yours
 * @returns the subscription; closed when `crash$` has completed and the last digest is sent
 * @throws RxvisorError with code `ERR_OPTION`
 * @example
 * ```ts
 * import { supervise } from 'rxvisor';
 * import { crashes, notify, toWebhook } from 'rxvisor/session';
 *
 * const supervisor = supervise([{ script: 'server.js' }]);
 * notify(supervisor.event$.pipe(crashes()), toWebhook('https://example.com/hook'), { throttle: 60_000 });
 * ```
 */
export function notify(crash$: Observable<CrashReport>, sink$: NotifySink, options: NotifyOptions = {}): Subscription {
  checkArgument('crash$', crash$, observable('Give crash$ of a session, or what crashes() makes.'));
  checkArgument('sink$', sink$, callback);
  checkOptions(options, notifyOptions);
  const { throttle = 300_000, key, onFailed = warn, scheduler = asyncScheduler } = options;
  const gathered = crashBuffer();
  return crash$
    .pipe(
      tap(gathered.add),
      connect((report$) => {
        const end$ = report$.pipe(
          ignoreElements(),
          catchError(() => EMPTY),
          endWith(true),
        );
        const digest$ = defer(() => {
          const digest = { ...gathered.take(), ...(key !== undefined && { key }) };
          const send$ = defer(() => outcome$(sink$(digest))).pipe(
            catchError((error: unknown) => {
              onFailed(error, digest);
              return EMPTY;
            }),
          );
          return merge(send$, timer(throttle, scheduler).pipe(takeUntil(end$))).pipe(ignoreElements());
        });
        // Repeated while there are crashes: exhaustMap ignores reports that arrive meanwhile, the buffer keeps them.
        const loop$ = digest$.pipe(repeat({ delay: () => (gathered.isEmpty() ? EMPTY : of(true)) }));
        return report$.pipe(
          filter(() => !gathered.isEmpty()),
          exhaustMap(() => loop$),
        );
      }),
    )
    .subscribe({
      error: (error: unknown) => {
        onFailed(error, gathered.take());
      },
    });
}

/** How long the sinks may take for the last digest at the end, in ms. */
const LAST_DIGEST = 10_000;

/**
 * Sends crashes to several sinks.
 *
 * @returns a function to call when `crash$` has completed. It resolves with whether all digests were sent: when they were, when
 * the time for that is over, or when `hurry` resolves
 */
export function notifyOfCrashes(
  crash$: Observable<CrashReport>,
  sinks: readonly NotifySink[],
  options: NotifyOptions & { readonly scheduler: SchedulerLike },
): (hurry: Promise<unknown>) => Promise<boolean> {
  const all = sinks.map((sink$) => notify(crash$, sink$, options));
  return async (hurry) => {
    const done = Promise.all(all.map(async (one) => new Promise<void>((resolve) => one.add(resolve))));
    await settleWithin(Promise.race([done, hurry]), LAST_DIGEST, options.scheduler);
    const late = all.filter(({ closed }) => !closed);
    for (const one of late) one.unsubscribe();
    return late.length === 0;
  };
}

const notifyOptions: OptionChecks<NotifyOptions> = {
  throttle: delay,
  key: string('a key'),
  onFailed: callback,
  scheduler: aScheduler,
};

/** The error of RxJS would not say where it expected a stream. */
function outcome$(returned$: ObservableInput<unknown>): Observable<unknown> {
  try {
    return from(returned$);
  } catch (cause) {
    const remedy = 'Return a promise or an Observable that ends when the digest is delivered, or make the sink async.';
    throw new RxvisorError('ERR_OPTION', `notify: ${show(returned$)} is not what a sink returns. ${remedy}`, { cause });
  }
}

function warn(error: unknown): void {
  process.emitWarning(`notify: ${thrownText(error)}`, 'RxvisorWarning');
}

/** Crashes that have not been sent yet, in bounded memory. */
export interface CrashBuffer {
  readonly add: (report: CrashReport) => void;
  readonly isEmpty: () => boolean;
  /** Returns the crashes so far, and empties the buffer. */
  readonly take: () => CrashDigest;
}

/** The largest number of kinds of crashes in a digest. */
const KINDS = 10;

function crashBuffer(): CrashBuffer {
  let count = 0;
  let first = 0;
  let last = 0;
  const kinds = new Map<string, CrashReport>();

  return {
    add: (report) => {
      if (count === 0) first = report.time;
      last = report.time;
      count += 1;
      const kind = JSON.stringify([report.name, report.id, report.cause, report.error.name, report.error.message]);
      // Inserted again, at the end: the oldest kind is dropped first.
      kinds.delete(kind);
      kinds.set(kind, report);
      if (kinds.size > KINDS) for (const oldest of [...kinds.keys()].slice(0, 1)) kinds.delete(oldest);
    },
    isEmpty: () => count === 0,
    take: () => {
      const digest = { count, first, last, crashes: [...kinds.values()] };
      count = 0;
      kinds.clear();
      return digest;
    },
  };
}
