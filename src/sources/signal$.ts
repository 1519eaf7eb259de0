import { merge, Observable } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { effectsWith, listOf, signalName } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { nodeEffects } from '../nodeEffects.js';

export interface SignalOptions {
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'process'> | undefined;
}

const signalOptions: OptionChecks<SignalOptions> = { effects: effectsWith(['process']) };

/**
 * Emits the signals that this process gets. Subscribing installs a handler: the signals do not end the process then.
 * Unsubscribing removes the handler.
 *
 * ```text
 * signal$(['SIGINT', 'SIGTERM'])   ---(SIGINT)-----(SIGTERM)---
 * ```
 *
 * @param signals names such as `'SIGTERM'`
 * @param options see {@link SignalOptions}
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid signal
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
export function signal$(signals: readonly NodeJS.Signals[], options: SignalOptions = {}): Observable<NodeJS.Signals> {
  checkArgument('signals', signals, listOf('a list of signals', "Give an array of names: ['SIGTERM'].", signalName));
  checkOptions(options, signalOptions);
  const { process: host } = options.effects ?? nodeEffects;
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
