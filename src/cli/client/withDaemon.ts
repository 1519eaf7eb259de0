import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ControlClient } from '../../control/client/controlClient.js';
import { findManagers } from '../../control/client/findManagers.js';
import { managerPaths, socketPath } from '../../control/discovery/managerPaths.js';
import { privateFolder } from '../../control/discovery/privateFolder.js';
import { daemonLock } from '../../control/discovery/daemonLock.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';
import { mainPath } from '../mainPath.js';
import { type ClientOptions, withManagers, withTimeout } from './withManagers.js';

/**
 * Does something with the manager that is to run services, and lets go of it: the background one, launched when there is
 * none, or the one that was asked for.
 *
 * @throws CliError 124 when it does not answer in time, 3 when the manager that was asked for is not there
 */
export async function withDaemon<T>(
  options: ClientOptions,
  io: Pick<Io, 'warn'>,
  work: (client: ControlClient) => Promise<T>,
): Promise<T> {
  const { manager = 'daemon', timeout } = options;
  if (manager !== 'daemon') {
    return withManagers(options, io, async ([client, another]) => {
      // Without one, it would have been missed before.
      if (client !== undefined && another === undefined) return work(client);
      throw new CliError(2, `--manager: ${manager} is a process with several managers. Give another one.`);
    });
  }
  const begin = performance.now();
  const client = await connectDaemon(timeout);
  try {
    return await withTimeout(work(client), timeout, begin);
  } finally {
    client.close();
  }
}

/** How often, in ms, a new one is asked whether it is there. */
const POLL_INTERVAL = 20;

/**
 * The background manager: launched when there is none. Of two that are launched at once one listens, the other ends,
 * and both who launched them find the same.
 *
 * @param timeout how many ms a new one has to answer
 * @throws CliError 1 when it cannot be launched, 124 when it does not answer
 */
async function connectDaemon(timeout = 20_000): Promise<ControlClient> {
  const at = managerPaths();
  const first = await findDaemon();
  if (first !== undefined) return first;
  const lock = daemonLock({ state: privateFolder(at.state) });
  const log = join(privateFolder(at.logs), 'daemon.log');
  // Said here, where somebody reads it.
  socketPath(at.sockets[0], 'daemon');
  let ended: ReturnType<typeof launch> | undefined;
  const end = performance.now() + timeout;
  while (performance.now() < end) {
    // One that lives listens again soon, or is about to end.
    if (lock.holder() === undefined) ended ??= launch(log);
    const code = await (ended === undefined ? wait(POLL_INTERVAL) : Promise.race([ended, wait(POLL_INTERVAL)]));
    const found = await findDaemon();
    if (found !== undefined) return found;
    // Another one was there first.
    if (code === 0) ended = undefined;
    if (code !== undefined && code !== 0) {
      const what = code instanceof Error ? `cannot be started: ${code.message}` : `ended with ${code}`;
      throw new CliError(1, `the background manager ${what}. Look at ${log}.`);
    }
  }
  const pid = lock.holder();
  const which = pid === undefined ? '' : ` (pid ${String(pid)})`;
  throw new CliError(124, `the background manager${which} does not answer. Look at ${log}.`);

  async function findDaemon(): Promise<ControlClient | undefined> {
    const { managers, failures: silent } = await findManagers({ paths: at, only: (name) => name === 'daemon' });
    if (silent[0] !== undefined) throw new CliError(124, silent[0].message);
    const [found, ...others] = managers;
    for (const { close } of others) close();
    return found;
  }
}

/** Of a session of its own: it has no terminal, and outlives this command. Resolves when it has ended. */
async function launch(log: string): Promise<number | string | Error> {
  const output = openSync(log, 'a', 0o600);
  let daemon: ChildProcess;
  try {
    daemon = spawn(process.execPath, [mainPath, 'daemon'], {
      cwd: '/',
      env: daemonEnv(process.env),
      detached: true,
      stdio: ['ignore', output, output],
    });
  } finally {
    closeSync(output);
  }
  daemon.unref();
  return exitOf(daemon);
}

/** What a login or systemd gives every program, what the places depend on, and what this Node may need to start. */
const KEPT_VARIABLES = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ'],
  ...['RXVISOR_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'],
  ...['LD_LIBRARY_PATH', 'ELECTRON_RUN_AS_NODE'],
  // https://learn.microsoft.com/windows/win32/procthread/environment-variables
  ...['SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'USERNAME', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of the background manager: of its first caller's only what it needs itself. Services bring their own.
 */
export function daemonEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (key: string): boolean => KEPT_VARIABLES.has(process.platform === 'win32' ? key.toUpperCase() : key);
  return Object.fromEntries(Object.entries(env).filter(([key]) => isKept(key)));
}

/** How a program ends: by an exit code or a signal; or by the error with which it could not be started. Never rejects: nobody may listen. */
export async function exitOf(program: Pick<ChildProcess, 'once'>): Promise<number | string | Error> {
  return new Promise((resolve) => {
    program.once('exit', (code, signal) => resolve(code ?? String(signal)));
    program.once('error', resolve);
  });
}
