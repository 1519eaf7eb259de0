import { type Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { CrashReport } from './crashReport.js';
import { notify, type NotifyOptions, type NotifySink } from './notify.js';
import { within } from './within.js';

/** How many ms those who are told of crashes have at the end for the last digest. */
const LAST_DIGEST = 10_000;

/**
 * Tells several of crashes.
 *
 * @returns what ends it: resolves when all have been told, or the time for that is over. It is called when `crash$` has
 * completed; `hurry` resolves when nobody is to be waited for any longer
 */
export function tellOfCrashes(
  crash$: Observable<CrashReport>,
  sinks: readonly NotifySink[],
  options: NotifyOptions & { readonly scheduler: SchedulerLike },
): (hurry: Promise<unknown>) => Promise<void> {
  const telling = new Subscription();
  const told = Promise.all(
    sinks.map(async (sink$) => {
      const one = notify(crash$, sink$, options);
      telling.add(one);
      return new Promise<void>((resolve) => {
        one.add(resolve);
      });
    }),
  );
  return async (hurry) => {
    await within(Promise.race([told, hurry]), LAST_DIGEST, options.scheduler);
    telling.unsubscribe();
  };
}
