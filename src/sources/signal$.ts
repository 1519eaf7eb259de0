import { merge, Observable } from 'rxjs';
import { type Effects, nodeEffects } from '../effects.js';
import { checkArgument } from '../model/check.js';
import { effectsWith, listOf, signalName } from '../model/checks.js';

/**
 * The manager's own signals. Subscribing installs a handler, which keeps the signal from ending the process;
 * unsubscribing takes it away.
 *
 * ```text
 * signal$('SIGINT', 'SIGTERM')   ---(SIGINT)-----(SIGTERM)---
 * ```
 *
 * @param signals which ones
 * @example
 * ```ts
 * import { take } from 'rxjs';
 * import { signal$ } from 'rxvisor';
 *
 * signal$(['SIGUSR2'])
 *   .pipe(take(1))
 *   .subscribe((signal) => {
 *     console.log(signal); // SIGUSR2
 *   });
 * process.kill(process.pid, 'SIGUSR2');
 * ```
 */
export function signal$(
  signals: readonly NodeJS.Signals[],
  effects: Pick<Effects, 'process'> = nodeEffects,
): Observable<NodeJS.Signals> {
  checkArgument('signals', signals, listOf('a list of signals', "Give an array of names: ['SIGTERM'].", signalName));
  checkArgument('effects', effects, effectsWith(['process']));
  const host = effects.process;
  return merge(
    ...signals.map(
      (signal) =>
        new Observable<NodeJS.Signals>((subscriber) => {
          const handler = (): void => {
            subscriber.next(signal);
          };
          host.on(signal, handler);
          return () => {
            host.off(signal, handler);
          };
        }),
    ),
  );
}
