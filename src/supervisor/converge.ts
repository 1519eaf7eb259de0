import { Observable } from 'rxjs';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { Action } from '../reconcile/action.js';
import { type Desired, type Limits, nothingDesired } from '../reconcile/desired.js';
import { converger } from './converger.js';
import { instanceChildren } from './instanceChildren.js';
import type { Supervisor } from './supervisor.js';

/** An action that was performed, or a spec that could not be started. */
export type ConvergeEvent = Action | StartFailed;

/** The spec of an instance could not be started. The instance counts as failed. */
export interface StartFailed {
  readonly type: 'startFailed';
  readonly key: string;
  readonly instance: number;
  readonly generation: number;
  readonly message: string;
}

export interface ConvergeOptions {
  /** Limits for all services. Default `{ maxUnavailable: 0, surge: 1, parallel: Infinity }`. */
  readonly limits?: Partial<Limits> | undefined;
}

/**
 * Makes the running services equal to the desired ones, and keeps them equal. It starts services in the order of their
 * dependencies, replaces instances when a service changes, and stops services in reverse order.
 *
 * It controls only the children that it has started itself. A child that is stopped through the supervisor stays stopped until
 * its service changes or is started again.
 *
 * ```text
 * desired$  a-----b----------|     a: db, api depends on db    b: api has a new spec
 * event$    s--s--x--s--t----      s: start   t: settle        x: stop
 * ```
 *
 * @param desired$ the desired services, after each change. When it completes, the last ones keep running. When it fails, all
 * services are stopped, and then the error is passed on
 * @returns the actions, when they are performed. It does not complete. An unsubscription stops and removes all services in the
 * background
 */
export function converge(
  supervisor: Supervisor,
  desired$: Observable<Desired<ChildSpec>>,
  { limits }: ConvergeOptions = {},
): Observable<ConvergeEvent> {
  return new Observable((subscriber) => {
    let desired: Desired<ChildSpec> = nothingDesired;
    let stopGrace: number | undefined;
    const { advance, stopped } = converger({
      children: (progressOf) => instanceChildren(supervisor, progressOf),
      desired: () => desired,
      grace: () => stopGrace,
      nameOf: (key) => desired.services[key]?.revisions.at(-1)?.spec.name ?? key,
      limits,
      onAction: (action) => {
        subscriber.next(action);
      },
      onStartFailed: ({ key, instance, generation }, message) => {
        subscriber.next({ type: 'startFailed', key, instance, generation, message });
      },
    });
    const removeHandler = supervisor.onStopAll(async ({ grace }) => {
      stopGrace = grace;
      desired = { ...desired, stopAll: true };
      advance();
      await stopped();
    });

    const subscription = desired$.subscribe({
      next: (next) => {
        desired = desired.stopAll ? { ...next, stopAll: true } : next;
        advance();
      },
      error: (error: unknown) => {
        desired = nothingDesired;
        advance();
        void stopped().then(() => {
          subscriber.error(error);
        });
      },
    });
    subscription.add(() => {
      desired = nothingDesired;
      advance();
      void stopped().then(removeHandler);
    });
    return subscription;
  });
}
