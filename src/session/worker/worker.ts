import { checkHandler, isManaged } from '../../child/manager.js';
import { checkArgument } from '../../model/check.js';
import { string } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import type { ExitHandler } from '../exitHandlers.js';
import { checkEnd, type EndOptions, type MonitorSide, SESSION_CHANNEL, type WorkerSide } from '../protocol.js';
import type { AnyContract, Contract, PromisedChannel } from '../rpc/contract.js';
import type { Settings } from '../settings.js';
import { channel } from './channel.js';
import { exits, onExit } from './onExit.js';
import { reportCrashes } from './reportCrashes.js';

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

/** The worker's side of a session. */
export interface Worker<Theirs extends Contract<Theirs> = AnyContract, Ours extends Contract<Ours> = AnyContract> {
  /** Promised IPC with `session.ipc`. */
  readonly ipc: PromisedChannel<Theirs, Ours>;
  /** What ends the session: for `killSwitch(worker)`. */
  readonly key: string;
  /** The settings now: `settings()['port.server']`. */
  readonly settings: () => Settings;
  /** Calls `handler` when a setting is changed at run time. Gives a function that takes it back. */
  readonly onSetting: (handler: (name: string, value: number) => void) => () => void;
  /** See {@link onExit}. */
  readonly onExit: (handler: ExitHandler) => () => void;
  /** Has the session print a line. */
  readonly notice: (text: string) => void;
  /** Ends the session, and with it this process. Resolves when the session has heard of it. */
  readonly endSession: (reason: string, options?: EndOptions) => Promise<void>;
}

/** The worker's side of a session, over its two channels: one for the session's own affairs, and one for the program's. */
export function workerOf<Theirs extends Contract<Theirs>, Ours extends Contract<Ours>>(
  session: PromisedChannel<MonitorSide, WorkerSide>,
  ipc: PromisedChannel<Theirs, Ours>,
  given: { readonly key: string; readonly settings: Settings },
): Worker<Theirs, Ours> {
  let settings = given.settings;
  const listeners = new Set<(name: string, value: number) => void>();
  const change = (name: string, value: number): void => {
    if (settings[name] === value) return;
    settings = { ...settings, [name]: value };
    for (const listener of listeners) listener(name, value);
  };
  session.handle('setting', ({ name, value }) => {
    change(name, value);
  });
  session.handle('ending', () => {
    exits().sessionEnds = true;
  });
  session.call('hello').then(
    (now) => {
      for (const [name, value] of Object.entries(now)) change(name, value);
    },
    () => undefined,
  );

  return {
    ipc,
    key: given.key,
    settings: () => settings,
    onSetting: (handler) => {
      checkHandler(handler);
      const entry = (name: string, value: number): void => {
        handler(name, value);
      };
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    onExit,
    notice: (text) => {
      checkArgument('text', text, string('a text'));
      session.call('notice', text).catch(() => undefined);
    },
    endSession: async (reason, options = {}) => {
      const { graceful = true, exitCode = 0 } = checkEnd(reason, options);
      await session.call('endSession', { reason, graceful, exitCode });
    },
  };
}
