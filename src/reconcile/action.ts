import type { ServiceKey } from './desired.js';

interface OfInstance {
  readonly key: ServiceKey;
  readonly instance: number;
}

/** The run that an action is about. An executor that finds another run in its place does nothing. */
interface OfRun extends OfInstance {
  readonly generation: number;
  readonly run: number;
}

export interface StartAction extends OfInstance {
  readonly type: 'start';
  readonly generation: number;
  /** Do it only if the latest attempt of the instance is still this one. */
  readonly after: number;
}

export interface StopAction extends OfRun {
  readonly type: 'stop';
}

/** Forgets a run that has ended. */
export interface RemoveAction extends OfRun {
  readonly type: 'remove';
}

/** The instance waits for its dependencies, or will wait for ever. */
export interface BlockAction extends OfInstance {
  readonly type: 'block';
  readonly never: boolean;
  readonly by: readonly ServiceKey[];
}

export interface UnblockAction extends OfInstance {
  readonly type: 'unblock';
}

/** The change to this generation has failed: what serves goes on, and nothing more is replaced. */
export interface AbandonAction {
  readonly type: 'abandon';
  readonly key: ServiceKey;
  readonly generation: number;
  readonly reason: 'failed' | 'dependency';
  /** The instance that failed. */
  readonly instance?: number | undefined;
  /** The dependencies that will never be ready. */
  readonly by?: readonly ServiceKey[] | undefined;
}

/** The change to this generation has ended: `settle` with all instances ready, `done` with some that failed. */
export interface ReportAction {
  readonly type: 'settle' | 'done';
  readonly key: ServiceKey;
  readonly generation: number;
}

export type Action =
  StartAction | StopAction | RemoveAction | BlockAction | UnblockAction | AbandonAction | ReportAction;
