import type { Observable } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import type { Status } from '../model/status.js';

/** An event of a child, with the id of the child. */
export type SupervisorEvent = ChildEvent & { readonly id: number };

/** One supervised child. */
export interface Child extends ChildHandle {
  /** It stays the same over restarts, and is never reused. */
  readonly id: number;
  readonly name: string | undefined;
  /** Every event from now on, of all runs. Completes when the child is removed. */
  readonly event$: Observable<SupervisorEvent>;
  /** The current status, then every change. Completes when the child is removed. */
  readonly status$: Observable<Status>;
}

/** Steers one child, also when another one has the same id. */
export interface ChildHandle {
  /** Starts the child if it has not run yet. */
  readonly start: () => void;
  /**
   * Shows that the child waits for services, by name. It must not have run yet. Undefined: it is stopped again.
   */
  readonly waitFor: (services: readonly string[] | undefined) => void;
  /** Ends the wait as failed: `gaveUp` with reason `dependency`. */
  readonly giveUp: (dependencies: readonly string[]) => void;
  /** Stops the child. Resolves when its process group is empty and its log is written. */
  readonly stop: (options?: { readonly grace?: number }) => Promise<Status>;
  /** Stops the child, then removes it from the supervisor. */
  readonly remove: () => Promise<Status>;
}
