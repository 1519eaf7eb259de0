import { queueScheduler } from 'rxjs';
import type { HostProcess } from './effects.js';

/** First the logs write synchronously, then the pipes are read until they are empty, then batches are passed on. */
export type ExitPhase = 'write' | 'read' | 'flush';

/** Waits a millisecond; false: the time for waiting is over. */
export type Patience = () => boolean;

/** Work that has to be done synchronously as the process ends. */
export interface ExitPhases {
  /** Gives a function that takes the work back. */
  readonly add: (phase: ExitPhase, work: (patience: Patience) => void) => () => void;
}

/** How many ms an exit waits for slow files, all together. */
const PATIENCE = 1_000;

/** One listener for `exit`, and only while there is work: the order of the phases matters, not who came first. */
export function exitPhases(host: Pick<HostProcess, 'on' | 'off'>): ExitPhases {
  const phases = { write: new Set<Work>(), read: new Set<Work>(), flush: new Set<Work>() };
  const isIdle = (): boolean => Object.values(phases).every(({ size }) => size === 0);

  return {
    add: (phase, perform) => {
      // An object of its own: the same function may be added twice.
      const work = { perform };
      if (isIdle()) host.on('exit', onExit);
      phases[phase].add(work);
      return () => {
        if (phases[phase].delete(work) && isIdle()) host.off('exit', onExit);
      };
    },
  };

  function onExit(): void {
    const patience = patienceOf(PATIENCE);
    const failures: unknown[] = [];
    for (const works of Object.values(phases)) {
      for (const { perform } of [...works]) {
        try {
          perform(patience);
        } catch (error) {
          // What one cannot do must not keep the others from it.
          failures.push(error);
        }
      }
      runQueued();
    }
    if (failures.length > 0) throw failures[0];
  }
}

interface Work {
  readonly perform: (patience: Patience) => void;
}

/** The event loop does not turn any more. */
function patienceOf(ms: number): Patience {
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let left = ms;
  return () => {
    if (left <= 0) return false;
    left -= 1;
    Atomics.wait(cell, 0, 0, 1);
    return true;
  };
}

/**
 * `process.exit()` in a subscriber of events is called by the queue that delivers them: what comes next would wait for
 * the end of that call, and there is none.
 */
function runQueued(): void {
  const { actions } = queueScheduler;
  for (let action = actions.shift(); action !== undefined; action = actions.shift()) {
    action.execute(action.state, action.delay);
  }
}
