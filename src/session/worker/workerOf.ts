import { checkHandler } from '../../child/checkHandler.js';
import { checkArgument } from '../../model/check.js';
import { string } from '../../model/checks.js';
import { checkEnd, type EndOptions } from '../endOptions.js';
import type { ExitHandler } from '../exitHandlers.js';
import type { AnyContract, Contract, PromisedChannel } from '../ipc/contract.js';
import type { MonitorSide, WorkerSide } from '../protocol.js';
import type { Settings } from '../settings.js';
import { exits } from './exits.js';
import { onExit } from './onExit.js';

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
