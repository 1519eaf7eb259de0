import type { Observable, SchedulerLike } from 'rxjs';
import type { CrashReport } from './crashReport.js';
import { notify, type NotifyOptions, type NotifySink } from './notify.js';
import { settleWithin } from './within.js';

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
