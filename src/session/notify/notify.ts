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

/** Tells somebody. Its completion means that it has been told; its error, that it could not be. */
export type NotifySink = (digest: CrashDigest) => ObservableInput<unknown>;

export interface NotifyOptions {
  /** At most one digest in so many ms. Default `300_000`, 5 minutes. */
  readonly throttle?: number | undefined;
  /** A kill key, for whoever is told. Default: none. */
  readonly key?: string | undefined;
  /** Called when a digest could not be told; the next one is tried all the same. Default: a warning of the process. */
  readonly onFailed?: ((error: unknown, digest: CrashDigest) => void) | undefined;
  /** For the throttle. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

const notifyOptions: OptionChecks<NotifyOptions> = {
  throttle: delay,
  key: string('a key'),
  onFailed: callback,
  scheduler: aScheduler,
};

/**
 * Tells somebody of crashes: of the first at once, of those that follow in digests.
 *
 * ```text
 * crash$                      -c----c-c-c--------c---------
 * notify(crash$, toMail(…))   -1--------3--------1         1 mail of 1 crash, 1 mail of 3
 *                              |throttle|throttle|
 * ```
 *
 * A crash loop is one digest in `throttle` ms, however many crashes there are and however slow the sink is. What is gathered
 * when `crash$` completes is told at once.
 *
 * @param crash$ subscribed here and now
 * @param sink$ {@link toMail}, {@link toWebhook}, {@link toCommand}, or a function of yours
 * @returns what ends it, when unsubscribed; closed, when `crash$` has completed and all is told
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
        // Told again, until there is nothing to tell: exhaustMap leaves out what comes meanwhile, the ledger does not.
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

/** RxJS would say that it expected a stream, not where. */
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

/** Crashes that have not been told of yet, in bounded space however many there are. */
export interface CrashBuffer {
  readonly add: (report: CrashReport) => void;
  readonly isEmpty: () => boolean;
  /** What there is to tell, which is then told. */
  readonly take: () => CrashDigest;
}

/** How many kinds of crashes a digest tells apart. */
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
      // Anew, at the end: the oldest kind is the first to go.
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

/** How many ms those who are told of crashes have at the end for the last digest. */
const LAST_DIGEST = 10_000;

/**
 * Tells several of crashes.
 *
 * @returns what ends it, called when `crash$` has completed: resolves when all have been told, or the time for that is over,
 * or `hurry` has resolved; with whether all have
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
