import type { ServiceKey } from './desired.js';

interface OfInstance {
  readonly key: ServiceKey;
  readonly instance: number;
}

/** Identifies the run of an action. If another run has replaced it, the executor does nothing. */
interface OfRun extends OfInstance {
  readonly generation: number;
  readonly run: number;
}

export interface StartAction extends OfInstance {
  readonly type: 'start';
  readonly generation: number;
  /** The number of the latest attempt of the instance. If there has been another attempt since, the executor does nothing. */
  readonly after: number;
}

export interface StopAction extends OfRun {
  readonly type: 'stop';
}

/** Forgets a run that has ended. */
export interface RemoveAction extends OfRun {
  readonly type: 'remove';
}

/** The instance waits for its dependencies. */
export interface BlockAction extends OfInstance {
  readonly type: 'block';
  /** Whether the dependencies can no longer meet their conditions. */
  readonly never: boolean;
  /** The dependencies that it waits for, sorted. */
  readonly by: readonly ServiceKey[];
}

/** The instance no longer waits. */
export interface UnblockAction extends OfInstance {
  readonly type: 'unblock';
}

/** The change to this generation has failed: ready runs continue, and no further run is replaced. */
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
