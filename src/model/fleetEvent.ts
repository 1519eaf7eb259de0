import type { ChildEvent, EventOrigin } from './childEvent.js';
import type { Command } from './command.js';

/** A command for a fleet: `scale`, `reload`, or a command of a child, which goes to all instances. */
export type FleetCommand = Command | Scale | Reload;

/** Change the number of instances. */
export interface Scale {
  readonly type: 'scale';
  /** 0 or more. */
  readonly instances: number;
}

/** Replace every instance by a new one. */
export interface Reload {
  readonly type: 'reload';
  /** How many instances to replace at a time. Default `1`. */
  readonly parallel?: number | undefined;
}

/** An event of a fleet: of an instance, with its number, or of a reload. */
export type FleetEvent =
  (ChildEvent & { readonly instance: number }) | Reloading | Reloaded | ReloadFailed | FleetRefused;

/** A reload has begun. In the events of a fleet itself, `attempt` is the number of the reload, from 1. */
export interface Reloading extends EventOrigin {
  readonly type: 'reloading';
  /** How many instances are to be replaced. */
  readonly instances: number;
}

/** The reload is done: all instances are new, and the old ones have ended. */
export interface Reloaded extends EventOrigin {
  readonly type: 'reloaded';
}

/** The replacement of `instance` did not become ready, and was stopped. The old instance and all others keep running. */
export interface ReloadFailed extends EventOrigin {
  readonly type: 'reloadFailed';
  readonly instance: number;
}

/** A `scale` or `reload` command is not possible. */
export interface FleetRefused extends EventOrigin {
  readonly type: 'refused';
  readonly command: 'scale' | 'reload';
  readonly reason: string;
}
