import type { ChildEvent, EventOrigin } from './childEvent.js';
import type { Command } from './command.js';

/** What a fleet can be told: what a child can be told, for all of them, and these. */
export type FleetCommand = Command | Scale | Reload;

/** Run so many instances: 0 or more. */
export interface Scale {
  readonly type: 'scale';
  readonly instances: number;
}

/** Replace every instance by a new one, `parallel` at a time: 1 if not said otherwise. */
export interface Reload {
  readonly type: 'reload';
  readonly parallel?: number | undefined;
}

/** What an instance tells, with its number; and how reloads go. */
export type FleetEvent =
  (ChildEvent & { readonly instance: number }) | Reloading | Reloaded | ReloadFailed | FleetRefused;

/** The fleet as such has no runs: `attempt` is the number of the reload, from 1. */
export interface Reloading extends EventOrigin {
  readonly type: 'reloading';
  readonly instances: number;
}

/** All instances are new, and the old ones gone. */
export interface Reloaded extends EventOrigin {
  readonly type: 'reloaded';
}

/** The new one at `instance` did not get ready, and was ended. The old one serves on, and the rest was left as it is. */
export interface ReloadFailed extends EventOrigin {
  readonly type: 'reloadFailed';
  readonly instance: number;
}

/** A `scale` or `reload` that cannot be done. */
export interface FleetRefused extends EventOrigin {
  readonly type: 'refused';
  readonly command: 'scale' | 'reload';
  readonly reason: string;
}
