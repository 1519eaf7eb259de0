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
 * Connects to the manager that will run services, calls `work`, then closes the connection. The manager is the one that
 * `--manager` selects, or else the background manager, which is launched if it does not run.
 *
 * @throws CliError 124 when the manager does not answer in time, 3 when the selected manager does not run
 */
export async function withDaemon<T>(
  options: ClientOptions,
  io: Pick<Io, 'warn'>,
  work: (client: ControlClient) => Promise<T>,
): Promise<T> {
  const { manager = 'daemon', timeout } = options;
  if (manager !== 'daemon') {
    return withManagers(options, io, async ([client, another]) => {
      // With no manager, `withManagers` has already thrown.
      if (client !== undefined && another === undefined) return work(client);
      throw new CliError(2, `--manager: process ${manager} has several managers. Give another one.`);
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

/** Time between two attempts to reach a new daemon, in ms. */
const POLL_INTERVAL = 20;

/**
 * Connects to the background manager, and launches it if it does not run. If two commands launch one at the same time,
 * one daemon listens and the other ends, and both commands connect to the first.
 *
 * @param timeout time for a new daemon to answer, in ms
 * @throws CliError 1 when it cannot be launched, 124 when it does not answer
 */
async function connectDaemon(timeout = 20_000): Promise<ControlClient> {
  const paths = managerPaths();
  const first = await findDaemon();
  if (first !== undefined) return first;
  const lock = daemonLock({ state: privateFolder(paths.state) });
  const log = join(privateFolder(paths.logs), 'daemon.log');
  // Check the length of the path here: an error of the daemon would only be in its log.
  socketPath(paths.sockets[0], 'daemon');
  let ended: ReturnType<typeof launch> | undefined;
  const end = performance.now() + timeout;
  while (performance.now() < end) {
    // A daemon that runs without a socket will soon listen again, or end.
    if (lock.holder() === undefined) ended ??= launch(log);
    const code = await (ended === undefined ? wait(POLL_INTERVAL) : Promise.race([ended, wait(POLL_INTERVAL)]));
    const found = await findDaemon();
    if (found !== undefined) return found;
    // Exit code 0: another daemon was faster.
    if (code === 0) ended = undefined;
    if (code !== undefined && code !== 0) {
      const what = code instanceof Error ? `failed to start: ${code.message}` : `ended with ${code}`;
      throw new CliError(1, `the background manager ${what}. See ${log}.`);
    }
  }
  const pid = lock.holder();
  const which = pid === undefined ? '' : ` (pid ${String(pid)})`;
  throw new CliError(124, `the background manager${which} does not answer. See ${log}.`);

  async function findDaemon(): Promise<ControlClient | undefined> {
    const { managers, failures } = await findManagers({ paths, only: (name) => name === 'daemon' });
    if (failures[0] !== undefined) throw new CliError(124, failures[0].message);
    const [found, ...others] = managers;
    for (const { close } of others) close();
    return found;
  }
}

/**
 * Launches a daemon in a new session, without a terminal, so that it outlives this command. Resolves when it has ended.
 */
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

/** Variables that every login or systemd sets, those of `managerPaths`, and those that Node may need to start. */
const KEPT_VARIABLES = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ'],
  ...['RXVISOR_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'],
  ...['LD_LIBRARY_PATH', 'ELECTRON_RUN_AS_NODE'],
  // https://learn.microsoft.com/windows/win32/procthread/environment-variables
  ...['SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'USERNAME', 'APPDATA', 'LOCALAPPDATA'],
]);

/** The environment of the background manager: only what it needs itself. Each service brings its own environment. */
export function daemonEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (key: string): boolean => KEPT_VARIABLES.has(process.platform === 'win32' ? key.toUpperCase() : key);
  return Object.fromEntries(Object.entries(env).filter(([key]) => isKept(key)));
}

/**
 * Resolves to the exit code or signal of a program, or to the error of its start. Never rejects, since it may be
 * ignored.
 */
export async function exitOf(program: Pick<ChildProcess, 'once'>): Promise<number | string | Error> {
  return new Promise((resolve) => {
    program.once('exit', (code, signal) => resolve(code ?? String(signal)));
    program.once('error', resolve);
  });
}
