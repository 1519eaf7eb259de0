import type { ChildEvent } from './childEvent.js';
import { describeRunEnd, type RunEnd, trackRunEnd, unknownEnd } from './runEnd.js';
import type { ChildSpec } from './spec/childSpec.js';

/** What became of a start or a restart. `refused` says why the child is not up; undefined: it is, or has done its work. */
export interface StartOutcome {
  readonly refused: string | undefined;
}

/** How far a start or a restart has come. */
export interface StartProgress {
  /** Whether a run is ready and is not being ended: with time, it counts as started. */
  readonly up: boolean;
  /** Whether a run has begun, and whether the last one was ready. */
  readonly begun: boolean;
  readonly wasReady: boolean;
  readonly stopped: boolean;
  readonly gaveUp: boolean;
  readonly end: RunEnd;
  /** Undefined while it is not known. */
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

/** How far it has come after one more event; undefined: there will be no more of them. */
export function trackStart(progress: StartProgress, event: ChildEvent | undefined): StartProgress {
  if (event === undefined) return { ...progress, up: false, outcome: outcomeAtEnd(progress) };
  const noted = { ...progress, end: trackRunEnd(progress.end, event) };
  switch (event.type) {
    case 'spawned':
    case 'spawnFailed':
      return { ...notStarted, begun: true, end: noted.end };
    case 'ready':
      return { ...noted, up: true, wasReady: true };
    case 'stopping':
      return { ...noted, up: false, stopped: progress.stopped || event.reason === 'stop' };
    case 'exited':
      return { ...noted, up: false };
    case 'backingOff':
      return { ...noted, outcome: notUp(noted.end) };
    case 'gaveUp':
      return { ...noted, up: false, gaveUp: true };
    default:
      return noted;
  }
}

/** One that was ready and has ended by itself without being given up, a job, has done what it was started for. */
function outcomeAtEnd({ begun, stopped, gaveUp, wasReady, end }: StartProgress): StartOutcome {
  if (stopped || !begun) return { refused: 'it was stopped meanwhile' };
  return gaveUp || !wasReady ? notUp(end) : started;
}

function notUp(end: RunEnd): StartOutcome {
  return { refused: `it did not come up.${describeRunEnd(end)}` };
}

/** How many ms a child has to stay up, where nobody has said how to see that it is ready. */
const SETTLE = 1_000;

/** How many ms a child has to stay ready to count as started, for the command and for control. */
export function settleTime({ settle, ready, exec }: Pick<ChildSpec, 'settle' | 'ready' | 'exec'>): number {
  const readiness = ready ?? (exec === 'cluster' ? 'listening' : 'spawn');
  return settle ?? (readiness === 'spawn' ? SETTLE : 0);
}
