import type { ServiceKey } from './desired.js';

/**
 * The state of a run.
 *
 * - `stopped`: an action has stopped it. The instance may start again.
 * - `ended`, `failed`, `stoppedByHand`: final for its generation. It ended by itself and does not restart, it was given up, or a
 *   user has stopped it.
 */
export type RunState =
  'starting' | 'ready' | 'unready' | 'backingOff' | 'stopping' | 'stopped' | 'ended' | 'failed' | 'stoppedByHand';

/** One supervised child: the attempts of one instance at one generation. */
export interface ObservedRun {
  readonly key: ServiceKey;
  readonly instance: number;
  readonly generation: number;
  /** The number of the latest attempt. It is higher than the number of any earlier attempt of any service. */
  readonly run: number;
  /** The number of attempts, from 1. */
  readonly attempt: number;
  readonly state: RunState;
  /** The dependencies of its service at its start. They order its stop when the service is no longer desired. */
  readonly dependencies: readonly ServiceKey[];
  /** The runs of its dependencies that met their conditions when the latest attempt began. */
  readonly seen: SeenRuns;
}

/** The numbers of runs, by service and instance. */
export type SeenRuns = Readonly<Record<ServiceKey, Readonly<Record<number, number>>>>;

/** What is kept of an instance after its runs. */
export interface ObservedSlot {
  readonly key: ServiceKey;
  readonly instance: number;
  /** The `run` of its latest attempt. 0: none. */
  readonly lastRun: number;
  /** The `run` of the latest attempt that ended by itself. 0: none. */
  readonly completedRun: number;
  /** The highest generation at which it has spawned. 0: none. */
  readonly startedAt: number;
  /** The highest generation at which it has been ready. 0: none. */
  readonly readyAt: number;
  /** The highest generation at which it has ended by itself. 0: none. */
  readonly completedAt: number;
  /** The highest generation at which it has ended by itself with exit code 0. 0: none. */
  readonly succeededAt: number;
  /** Why it does not start. */
  readonly blocked?: Blocked | undefined;
}

export interface Blocked {
  /** Whether the conditions can no longer be met, unless a dependency is started again. */
  readonly never: boolean;
  /** The dependencies it waits for, sorted. */
  readonly by: readonly ServiceKey[];
}

/** The progress of the changes of a service, as generations. */
export interface ServiceProgress {
  readonly key: ServiceKey;
  /** All instances were ready at this generation. */
  readonly settled?: number | undefined;
  /** Changes up to this generation were given up. */
  readonly abandoned?: number | undefined;
  /** The outcome of the changes up to this generation has been reported. */
  readonly reported?: number | undefined;
}

/** What runs. The lists have no order. */
export interface Observed {
  readonly runs: readonly ObservedRun[];
  readonly slots: readonly ObservedSlot[];
  readonly services: readonly ServiceProgress[];
}

const finalStates: ReadonlySet<RunState> = new Set(['ended', 'failed', 'stoppedByHand']);

/** Whether a process of the run may be alive, or may start without an action. */
export function isActive({ state }: ObservedRun): boolean {
  return state !== 'stopped' && !finalStates.has(state);
}

/** Whether the run is over for its generation. */
export function isFinal({ state }: ObservedRun): boolean {
  return finalStates.has(state);
}
