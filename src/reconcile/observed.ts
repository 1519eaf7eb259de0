import type { ServiceKey } from './desired.js';

/**
 * State of a run. `stopped`: by an action, so that the instance may start again. The others at the end are final for their
 * generation: `ended` by itself without a restart to come, `failed`: given up, `stoppedByHand`.
 */
export type RunState =
  'starting' | 'ready' | 'unready' | 'backingOff' | 'stopping' | 'stopped' | 'ended' | 'failed' | 'stoppedByHand';

/** One supervised child: the attempts of one instance at one generation. */
export interface ObservedRun {
  readonly key: ServiceKey;
  readonly instance: number;
  readonly generation: number;
  /** Number of the latest attempt: above those of all earlier attempts of all services. */
  readonly run: number;
  /** How many attempts there have been, from 1. */
  readonly attempt: number;
  readonly state: RunState;
  /** What it was started to depend on. Orders its stop once its service is no longer desired. */
  readonly dependencies: readonly ServiceKey[];
  /** The runs of its dependencies, by instance, for which the condition held when the latest attempt began. */
  readonly seen: SeenRuns;
}

export type SeenRuns = Readonly<Record<ServiceKey, Readonly<Record<number, number>>>>;

/** The state of an instance that outlives its runs. */
export interface ObservedSlot {
  readonly key: ServiceKey;
  readonly instance: number;
  /** `run` of its latest attempt; 0: it has not had one. */
  readonly lastRun: number;
  /** `run` of the latest attempt that ended by itself; 0: none. */
  readonly completedRun: number;
  /** The highest generation at which it has spawned, been ready, ended by itself, ended with success; 0: none. */
  readonly startedAt: number;
  readonly readyAt: number;
  readonly completedAt: number;
  readonly succeededAt: number;
  /** Why it does not start. */
  readonly blocked?: Blocked | undefined;
}

export interface Blocked {
  /** The condition can no longer come true, unless the dependency is started again. */
  readonly never: boolean;
  /** The dependencies it waits for, sorted. */
  readonly by: readonly ServiceKey[];
}

/** How far the changes of a service have come: generations. */
export interface ServiceProgress {
  readonly key: ServiceKey;
  /** All instances were ready at this generation. */
  readonly settled?: number | undefined;
  /** Changes up to this generation were given up. */
  readonly abandoned?: number | undefined;
  /** The outcome of the changes up to this generation has been reported. */
  readonly reported?: number | undefined;
}

/** What runs. The order of the entries has no meaning. */
export interface Observed {
  readonly runs: readonly ObservedRun[];
  readonly slots: readonly ObservedSlot[];
  readonly services: readonly ServiceProgress[];
}

const finalStates: ReadonlySet<RunState> = new Set(['ended', 'failed', 'stoppedByHand']);

/** Whether a process may still be there, or come back by itself. */
export function isOccupied({ state }: ObservedRun): boolean {
  return state !== 'stopped' && !finalStates.has(state);
}

/** Whether the run is over for its generation. */
export function isFinal({ state }: ObservedRun): boolean {
  return finalStates.has(state);
}
