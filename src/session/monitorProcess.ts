import type { SchedulerLike } from 'rxjs';
import { isManaged } from '../child/manager.js';
import type { Effects, ManagerProcess } from '../model/effects.js';
import { RxvisorError } from '../model/errors.js';

const MONITOR = Symbol.for('rxvisor.session.monitor');
const WORKER = Symbol.for('rxvisor.session.worker');

/**
 * Makes this process the monitor of a session.
 *
 * @returns a function that ends this
 * @throws RxvisorError with code `ERR_SESSION` if it is the monitor of another session, or a worker
 */
export function claimMonitor({ process: host }: Pick<Effects, 'process'>): () => void {
  if (Reflect.has(globalThis, WORKER) || (isManaged && host.env.RXVISOR_SESSION !== undefined)) {
    const remedy = 'Call worker() here, and session() in another process.';
    throw new RxvisorError('ERR_SESSION', `session: this process is the worker of a session. ${remedy}`);
  }
  if (Reflect.has(globalThis, MONITOR)) {
    const remedy = 'End it first, or use supervise() for more children.';
    throw new RxvisorError('ERR_SESSION', `session: this process has one already. ${remedy}`);
  }
  Reflect.set(globalThis, MONITOR, true);
  return () => {
    Reflect.deleteProperty(globalThis, MONITOR);
  };
}

export interface DelaySignalExitOptions {
  /** Whether the worker has ended. Before that, a second signal ends this process at once. */
  readonly isOver: () => boolean;
  /** Settles when the session has ended. */
  readonly ended: Promise<unknown>;
  readonly scheduler: SchedulerLike;
}

/**
 * Delays the end of this process by a signal until the session has ended. Code that awaits `session.ended` then has one turn of
 * the event loop to exit with another code.
 *
 * @returns the effects, with another `kill` and `exit`
 */
export function delaySignalExit(effects: Effects, { isOver, ended, scheduler }: DelaySignalExitOptions): Effects {
  const host = effects.process;
  const afterSession = (end: () => unknown): void => {
    if (isOver()) void ended.then(() => scheduler.schedule(() => void end()));
    else end();
  };
  const kill: ManagerProcess['kill'] = (pid, signal) => {
    afterSession(() => host.kill(pid, signal));
    return true;
  };
  // PID 1 cannot end itself by a signal: it exits.
  const exit = (code?: number | string | null): void => {
    afterSession(() => host.exit(code));
  };
  // All other methods are those of the process itself, with its listeners.
  const process = new Proxy(host, {
    get: (target, name): unknown => (name === 'kill' ? kill : name === 'exit' ? exit : Reflect.get(target, name)),
  });
  return { ...effects, process };
}
