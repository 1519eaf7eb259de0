import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ControlClient } from '../../control/controlClient.js';
import { daemonLock } from '../../control/daemonLock.js';
import { findManagers } from '../../control/findManagers.js';
import { managerPaths } from '../../control/places.js';
import { privateFolder } from '../../control/privateFolder.js';
import { socketPath } from '../../control/socketPath.js';
import { daemonEnv } from '../daemonEnv.js';
import { ExitError } from '../exitError.js';
import { mainPath } from '../mainPath.js';
import { exitOf } from './outcomeOf.js';

/** How often, in ms, a new one is asked whether it is there. */
const PAUSE = 20;

/**
 * The background manager: launched when there is none. Of two that are launched at once one listens, the other ends,
 * and both who launched them find the same.
 *
 * @param patience how many ms a new one has to answer
 * @throws ExitError 1 when it cannot be launched, 124 when it does not answer
 */
export async function connectDaemon(patience = 20_000): Promise<ControlClient> {
  const at = managerPaths();
  const first = await existing();
  if (first !== undefined) return first;
  const lock = daemonLock({ state: privateFolder(at.state) });
  const log = join(privateFolder(at.logs), 'daemon.log');
  // Said here, where somebody reads it.
  socketPath(at.sockets[0], 'daemon');
  let ended: ReturnType<typeof launch> | undefined;
  const end = performance.now() + patience;
  while (performance.now() < end) {
    // One that lives listens again soon, or is about to end.
    if (lock.holder() === undefined) ended ??= launch(log);
    const code = await (ended === undefined ? wait(PAUSE) : Promise.race([ended, wait(PAUSE)]));
    const found = await existing();
    if (found !== undefined) return found;
    // Another one was there first.
    if (code === 0) ended = undefined;
    if (code !== undefined && code !== 0) {
      const what = code instanceof Error ? `cannot be started: ${code.message}` : `ended with ${code}`;
      throw new ExitError(1, `the background manager ${what}. Look at ${log}.`);
    }
  }
  const pid = lock.holder();
  const which = pid === undefined ? '' : ` (pid ${String(pid)})`;
  throw new ExitError(124, `the background manager${which} does not answer. Look at ${log}.`);

  async function existing(): Promise<ControlClient | undefined> {
    const { managers, silent } = await findManagers({ places: at, only: (name) => name === 'daemon' });
    if (silent[0] !== undefined) throw new ExitError(124, silent[0].message);
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
