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

/** The worker's side of a session. */
export interface Worker<Theirs extends Contract<Theirs> = AnyContract, Ours extends Contract<Ours> = AnyContract> {
  /** Remote calls to and from `session.ipc`. */
  readonly ipc: PromisedChannel<Theirs, Ours>;
  /** The key that ends the session: for `killSwitch(worker)`. */
  readonly key: string;
  /** The current settings: `settings()['port.server']`. Ports in numbers, `polling` in ms. */
  readonly settings: () => Settings;
  /** Calls `handler` when a setting changes at run time. Returns a function that removes it. */
  readonly onSetting: (handler: (name: string, value: number) => void) => () => void;
  /** See {@link onExit}. */
  readonly onExit: (handler: ExitHandler) => () => void;
  /** Lets the session print a line. */
  readonly notice: (text: string) => void;
  /** Ends the session, and with it this process. Resolves when the session has the request. */
  readonly endSession: (reason: string, options?: EndOptions) => Promise<void>;
}

/**
 * Makes this process the worker of its session. It reports crashes, and receives settings and calls.
 *
 * @throws RxvisorError with code `ERR_SESSION` if no session has started this process, and at a second call
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
    throw new RxvisorError(
      'ERR_SESSION',
      'worker: this process has one already. Call it once, and pass on what it returns.',
    );
  }
  const { key, settings } = readEnvironment();
  Reflect.set(globalThis, MADE, true);
  // Not for the children of this process.
  delete process.env.RXVISOR_SESSION;
  reportCrashes();
  const own = channel<MonitorSide, WorkerSide>({ name: SESSION_CHANNEL, ref: false });
  return workerOf(own, channel<Theirs, Ours>(), { key, settings });
}

const MADE = Symbol.for('rxvisor.session.worker');

function readEnvironment(): { readonly key: string; readonly settings: Settings } {
  const text = process.env.RXVISOR_SESSION;
  if (!isManaged || text === undefined) {
    const remedy = 'Start it with session(spec) of rxvisor/session.';
    throw new RxvisorError('ERR_SESSION', `worker: this process is not the worker of a session. ${remedy}`);
  }
  // Written by rxvisor in the monitor.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
  return JSON.parse(text) as { readonly key: string; readonly settings: Settings };
}

/**
 * @param session the channel of the session itself
 * @param ipc the channel of the application
 */
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
