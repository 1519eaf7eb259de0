import { filter, firstValueFrom, startWith, Subject } from 'rxjs';
import type { Action } from '../reconcile/action.js';
import type { Limits } from '../reconcile/desired.js';
import { reconcile } from '../reconcile/reconcile.js';
import { type ServiceRuns, serviceRuns, type ServiceRunsOptions } from './serviceRuns.js';

/** Performs the actions of `reconcile`, until there are none. */
export interface Converger {
  readonly runs: Omit<ServiceRuns, 'observed' | 'perform' | 'tidy'>;
  /**
   * Call it after each change of the desired state, or give it the change. It is not reentrant: a call during a pass causes
   * another pass.
   */
  readonly advance: (change?: () => void) => void;
  /** Resolves when no process of any run is alive. */
  readonly stopped: () => Promise<void>;
}

export interface ConvergerOptions extends Omit<ServiceRunsOptions, 'onChange'> {
  /** Default `{ maxUnavailable: 0, surge: 1, parallel: Infinity }`. */
  readonly limits?: Partial<Limits> | undefined;
  /** Called after each action. */
  readonly onAction?: ((action: Action) => void) | undefined;
}

export function converger({ limits, onAction, desired, ...options }: ConvergerOptions): Converger {
  const general: Limits = { maxUnavailable: 0, surge: 1, parallel: Infinity, ...limits };
  const runs = serviceRuns({
    ...options,
    desired,
    onChange: () => {
      advance();
    },
  });
  const changed$ = new Subject<void>();
  let advancing = false;
  let changed = false;

  return { runs, advance, stopped };

  function advance(change?: () => void): void {
    changed = true;
    if (advancing) {
      change?.();
      return;
    }
    advancing = true;
    change?.();
    while (changed) {
      changed = false;
      for (const action of reconcile(desired(), runs.observed(), general)) {
        changed = true;
        runs.perform(action);
        onAction?.(action);
      }
      if (!changed) runs.tidy();
    }
    advancing = false;
    changed$.next();
  }

  async function stopped(): Promise<void> {
    const gone$ = changed$.pipe(
      startWith(undefined),
      filter(() => !runs.isActive()),
    );
    await firstValueFrom(gone$, { defaultValue: undefined });
  }
}
