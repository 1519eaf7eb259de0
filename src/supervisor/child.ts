import type { Observable } from 'rxjs';
import type { ChildEvent } from '../model/childEvent.js';
import type { Status } from '../model/status.js';

/** An event of a child, with the id of the child. */
export type SupervisorEvent = ChildEvent & { readonly id: number };

/** One supervised child. */
export interface Child extends ChildHandle {
  /** Stays the same over restarts. It is never reused, except for a successor of this child. */
  readonly id: number;
  readonly name: string | undefined;
  /** Every event from now on, of all runs. Completes when the child is removed. */
  readonly event$: Observable<SupervisorEvent>;
  /** The current status, then every change. Completes when the child is removed. */
  readonly status$: Observable<Status>;
}

/** Controls one child, even if another one has the same id. */
export interface ChildHandle {
  /** Starts the child, unless it is running. */
  readonly start: () => void;
  /**
   * Changes the state to `waiting`, for services with these names. Has no effect while the child is running. Undefined: ends the wait,
   * and the state is `stopped` again.
   */
  readonly waitFor: (services: readonly string[] | undefined) => void;
  /** Ends the wait: emits `gaveUp` with reason `dependency`, and the state is `failed`. */
  readonly giveUp: (dependencies: readonly string[]) => void;
  /** Stops the child. Resolves when its process group is empty and its log is written. */
  readonly stop: (options?: { readonly grace?: number }) => Promise<Status>;
  /** Stops the child, then removes it from the supervisor. */
  readonly remove: () => Promise<Status>;
}
