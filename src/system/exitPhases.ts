import { queueScheduler } from 'rxjs';
import type { ExitPhases, ManagerProcess, WaitOneMs } from '../model/effects.js';

/** How many ms an exit waits for slow files, all together. */
const PATIENCE = 1_000;

/** One listener for `exit`, and only while there is work: the order of the phases matters, not who came first. */
export function exitPhases(host: Pick<ManagerProcess, 'on' | 'off'>): ExitPhases {
  const phases = { write: new Set<Work>(), read: new Set<Work>() };
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
    const patience = waitBudget(PATIENCE);
    const failures: unknown[] = [];
    queued(() => {
      for (const works of Object.values(phases)) {
        for (const { perform } of [...works]) {
          try {
            perform(patience);
          } catch (error) {
            // An error of one must not stop the others.
            failures.push(error);
          }
        }
      }
    });
    if (failures.length > 0) throw failures[0];
  }
}

interface Work {
  readonly perform: (patience: WaitOneMs) => void;
}

/** Sleeps synchronously: the event loop has ended. */
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
 * What is read reaches the logs first, then those who subscribed: the queue that delivers events holds them until all is
 * read, for a subscriber may call `process.exit()` again, which ends the process there and then. And it is emptied: if
 * the first call came from a subscriber, the queue waits for the end of that call, and there is none.
 */
function queued(perform: () => void): void {
  const work = once(perform);
  // At once, unless the queue is at work.
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
