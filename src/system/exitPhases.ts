import { queueScheduler } from 'rxjs';
import type { ExitPhases, ManagerProcess, WaitOneMs } from '../model/effects.js';

/** The maximum time, in ms, that an exit waits for slow files: for all of them together. */
const MAX_WAIT = 1_000;

/**
 * Runs synchronous work when the process exits, phase by phase.
 *
 * One listener for `exit` runs all of it, so that the phases keep their order. The listener is there only while there is work.
 */
export function exitPhases(host: Pick<ManagerProcess, 'on' | 'off'>): ExitPhases {
  const phases = { write: new Set<Work>(), read: new Set<Work>() };
  const isIdle = (): boolean => Object.values(phases).every(({ size }) => size === 0);

  return {
    add: (phase, perform) => {
      // A new object for each call: the same function may be added twice.
      const work = { perform };
      if (isIdle()) host.on('exit', onExit);
      phases[phase].add(work);
      return () => {
        if (phases[phase].delete(work) && isIdle()) host.off('exit', onExit);
      };
    },
  };

  function onExit(): void {
    const waitOneMs = waitBudget(MAX_WAIT);
    const failures: unknown[] = [];
    runInQueue(() => {
      for (const entries of Object.values(phases)) {
        for (const { perform } of [...entries]) {
          try {
            perform(waitOneMs);
          } catch (error) {
            // An error must not prevent the rest of the work.
            failures.push(error);
          }
        }
      }
    });
    if (failures.length > 0) throw failures[0];
  }
}

interface Work {
  readonly perform: (waitOneMs: WaitOneMs) => void;
}

/** Makes a function that sleeps 1 ms, synchronously: the event loop has ended. It returns false after `ms` calls. */
function waitBudget(ms: number): WaitOneMs {
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
 * Runs work inside the queue that delivers events, then empties the queue.
 *
 * - The queue holds the events until all work is done, so output reaches the logs before the subscribers. A subscriber may call
 *   `process.exit()` again, which ends the process at once.
 * - If a subscriber made the first call of `process.exit()`, the queue waits for that call to return, which never happens. So the
 *   queue is emptied here.
 */
function runInQueue(perform: () => void): void {
  const work = once(perform);
  // The queue runs it at once, unless the queue is busy.
  queueScheduler.schedule(work);
  work();
  const { actions } = queueScheduler;
  for (let next = actions.shift(); next !== undefined; next = actions.shift()) next.execute(next.state, next.delay);
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
