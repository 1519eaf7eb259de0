import { type ChildEvent, isTerminal } from './childEvent.js';
import { describeRunEnd, type RunEnd, trackRunEnd, unknownEnd } from './runEnd.js';
import type { ChildSpec } from './spec/childSpec.js';

/** The result of a start or a restart. */
export interface StartOutcome {
  /** Why the child did not come up. Undefined: it is up, or has ended as a finished job. */
  readonly refused: string | undefined;
}

/** The progress of a start or a restart. */
export interface StartProgress {
  /** Whether a run is ready and is not being ended. After the settle time it counts as started. */
  readonly up: boolean;
  /** Whether a run has begun. */
  readonly begun: boolean;
  /** Whether the last run was ready. */
  readonly wasReady: boolean;
  readonly stopped: boolean;
  readonly gaveUp: boolean;
  readonly end: RunEnd;
  /** Undefined until the outcome is known. */
  readonly outcome: StartOutcome | undefined;
}

export const notStarted: StartProgress = {
  up: false,
  begun: false,
  wasReady: false,
  stopped: false,
  gaveUp: false,
  end: unknownEnd,
  outcome: undefined,
};

export const started: StartOutcome = { refused: undefined };

/** The progress after an event. Undefined instead of an event: the stream of events has completed. */
export function trackStart(progress: StartProgress, event: ChildEvent | undefined): StartProgress {
  if (event === undefined) return { ...progress, up: false, outcome: outcomeAtEnd(progress) };
  const next = { ...progress, end: trackRunEnd(progress.end, event) };
  switch (event.type) {
    case 'spawned':
    case 'spawnFailed':
      return { ...notStarted, begun: true, end: next.end };
    case 'ready':
      return { ...next, up: true, wasReady: true };
    case 'stopping':
      return { ...next, up: false, stopped: progress.stopped || event.reason === 'stop' };
    case 'exited':
      return { ...next, up: false };
    case 'backingOff':
      return { ...next, outcome: notUp(next.end) };
    case 'gaveUp': {
      const { dependencies: [first] = [] } = event;
      const outcome = first === undefined ? undefined : { refused: `it waits for ${first}, which will never be ready` };
      return { ...next, up: false, gaveUp: true, outcome };
    }
    default:
      return next;
  }
}

/**
 * Whether an event decides a start or a restart: the child is ready, or it ended before. A requested end decides nothing:
 * after it comes the requested run, or no run at all.
 */
export function isStartResult(event: ChildEvent): boolean {
  return event.type === 'ready' || (isTerminal(event) && !('expected' in event && event.expected));
}

/** A child that was ready, ended by itself and was not given up is a finished job: the start succeeded. */
function outcomeAtEnd({ begun, stopped, gaveUp, wasReady, end }: StartProgress): StartOutcome {
  if (stopped || !begun) return { refused: 'it was stopped meanwhile' };
  return gaveUp || !wasReady ? notUp(end) : started;
}

function notUp(end: RunEnd): StartOutcome {
  return { refused: `it did not come up.${describeRunEnd(end)}` };
}

/** In ms, for a child without a readiness check. */
const DEFAULT_SETTLE = 1_000;

/** How many ms a child has to stay ready to count as started, in the command line and in `rxvisor/control`. */
export function settleTime({ settle, ready, exec }: Pick<ChildSpec, 'settle' | 'ready' | 'exec'>): number {
  return settle ?? (readiness({ ready, exec }) === 'spawn' ? DEFAULT_SETTLE : 0);
}

/** The `ready` of a spec, with its default. */
export function readiness({ ready, exec }: Pick<ChildSpec, 'ready' | 'exec'>): NonNullable<ChildSpec['ready']> {
  return ready ?? (exec === 'cluster' ? 'listening' : 'spawn');
}
