import type { ChildSpec } from './childSpec.js';

/**
 * Where a child stands, in one word: `starting`, not ready yet; `online`, ready; `backingOff`, waiting for the next run;
 * `stopping`, its run is being ended, or is over while its log is still being written; `stopped` or `failed` (given up), when
 * no run will follow and the log is complete, or `logFailed` has said that it is not.
 */
export type State = 'starting' | 'online' | 'backingOff' | 'stopping' | 'stopped' | 'failed';

/** A child at a glance. `since` is when it came into `state`, `startedAt` when its run was spawned: ms since the epoch. */
export interface Status {
  readonly name?: string;
  readonly namespace?: string;
  /** Given by `supervise`: stable over restarts, never reused. */
  readonly id?: number;
  /** Which of several instances it is, from 0: its `RXVISOR_INSTANCE`, if it has one. */
  readonly instance?: number;
  readonly state: State;
  readonly since: number;
  /** The process id while it runs. */
  readonly pid?: number;
  readonly startedAt?: number;
  /** The number of the run, from 1; 0 before the first. */
  readonly attempt: number;
  /** How often it was run again, whatever the cause. */
  readonly restarts: number;
  /** Crashes since it was last stable. */
  readonly crashes: number;
  /** How the last run ended. */
  readonly lastExit?: LastExit;
}

/** A code, a signal, or the reason it could not be started. `uptime` in ms. */
export interface LastExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly uptime: number;
  readonly error?: string;
}

/** A child with what it was started by: the spec as given, its `cwd` and `log` made absolute. */
export interface Description {
  readonly status: Status;
  readonly spec: ChildSpec;
  /** With `exec: 'cluster'`: whether it has listened on an address that it shares. */
  readonly listens: boolean;
  /** Whether it is being stopped, and no run will follow. */
  readonly stops: boolean;
}

/** What became of a command for one child: its status then, and why the command was refused, if it was. */
export type CommandResult = Status & { readonly refused?: string };
