import { isManaged } from '../../child/manager.js';
import { RxvisorError } from '../../model/errors.js';
import type { AnyContract, Contract } from '../ipc/contract.js';
import { type MonitorSide, SESSION_CHANNEL, type WorkerSide } from '../protocol.js';
import type { Settings } from '../settings.js';
import { channel } from './channel.js';
import { reportCrashes } from './reportCrashes.js';
import { type Worker, workerOf } from './workerOf.js';

const MADE = Symbol.for('rxvisor.session.worker');

/**
 * Makes this process the worker of its session: crashes are reported, settings and commands arrive.
 *
 * @throws RxvisorError with code `ERR_SESSION` in a process that no session has started, and for a second worker in one
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { worker } from 'rxvisor/session/worker';
 *
 * const { settings, onExit, notice } = worker();
 * const server = createServer((request, response) => response.end('hello'));
 * server.listen(settings()['port.server'], () => notice('listening'));
 * onExit(() => new Promise((done) => server.close(done)));
 * ```
 */
export function worker<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
>(): Worker<Theirs, Ours> {
  if (Reflect.has(globalThis, MADE)) {
    throw new RxvisorError('ERR_SESSION', 'worker: this process has one already. Keep it, and share that.');
  }
  const { key, settings } = environment();
  Reflect.set(globalThis, MADE, true);
  // Not for what this process starts.
  delete process.env.RXVISOR_SESSION;
  reportCrashes();
  const own = channel<MonitorSide, WorkerSide>({ name: SESSION_CHANNEL, ref: false });
  return workerOf(own, channel<Theirs, Ours>(), { key, settings });
}

function environment(): { readonly key: string; readonly settings: Settings } {
  const text = process.env.RXVISOR_SESSION;
  if (!isManaged || text === undefined) {
    const remedy = 'Start it by session(spec) of rxvisor/session.';
    throw new RxvisorError('ERR_SESSION', `worker: this process is not the worker of a session. ${remedy}`);
  }
  // What our own manager has written.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
  return JSON.parse(text) as { readonly key: string; readonly settings: Settings };
}
