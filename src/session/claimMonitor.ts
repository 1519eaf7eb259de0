import { isManaged } from '../child/manager.js';
import { RxvisorError } from '../model/errors.js';
import type { Effects } from '../effects.js';

const MADE = Symbol.for('rxvisor.session.monitor');
const WORKER = Symbol.for('rxvisor.session.worker');

/**
 * Makes this process the monitor of a session.
 *
 * @returns a function that gives that up
 * @throws RxvisorError with code `ERR_SESSION` when it is the monitor of another one, or a worker
 */
export function claimMonitor({ process: host }: Pick<Effects, 'process'>): () => void {
  if (Reflect.has(globalThis, WORKER) || (isManaged && host.env.RXVISOR_SESSION !== undefined)) {
    const remedy = 'Start sessions outside of it; here, worker() is what you want.';
    throw new RxvisorError('ERR_SESSION', `session: this process is the worker of a session. ${remedy}`);
  }
  if (Reflect.has(globalThis, MADE)) {
    const remedy = 'End it first, or use supervise() for more children.';
    throw new RxvisorError('ERR_SESSION', `session: this process has one already. ${remedy}`);
  }
  Reflect.set(globalThis, MADE, true);
  return () => {
    Reflect.deleteProperty(globalThis, MADE);
  };
}
