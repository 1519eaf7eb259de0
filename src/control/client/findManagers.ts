import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeError } from '../../model/errors.js';
import { type ManagerPaths, managerPaths } from '../discovery/managerPaths.js';
import { refuseSharedFolder } from '../discovery/privateFolder.js';
import { type ControlClient, controlClient } from './controlClient.js';

/** The managers that answered, and an error for each one that did not. */
export interface FoundManagers {
  readonly managers: readonly ControlClient[];
  readonly failures: readonly Error[];
}

export interface FindOptions {
  readonly paths?: ManagerPaths | undefined;
  /** Selects sockets by name: `daemon`, or a pid, or `PID-2` and so on for further managers of one process. */
  readonly only?: ((name: string) => boolean) | undefined;
  /** Time to answer, in ms. All managers are asked at the same time. Default `3_000`. */
  readonly timeout?: number | undefined;
  /** Also request the list of children. It costs no round trip. Default `false`. */
  readonly withList?: boolean | undefined;
}

/**
 * Connects to all managers of this user. Removes the sockets of dead managers.
 *
 * @throws RxvisorError with code `ERR_OPTION` when `RXVISOR_HOME` is wrong; `ERR_CONTROL` when another user controls a
 * folder, before anything is sent
 */
export async function findManagers({
  paths = managerPaths(),
  only = () => true,
  timeout = 3_000,
  withList = false,
}: FindOptions = {}): Promise<FoundManagers> {
  for (const folder of [paths.state, ...paths.sockets]) refuseSharedFolder(folder);
  const answers = await Promise.all(
    paths.sockets
      .flatMap((folder) => socketsIn(folder, only))
      .map(async (path) => {
        try {
          return await controlClient(path, { timeout }, withList);
        } catch (error) {
          return removeIfStale(path, error);
        }
      }),
  );
  const failures = answers.filter((answer) => answer instanceof Error);
  const managers = answers.flatMap((answer) => (answer === undefined || answer instanceof Error ? [] : answer));
  return { managers: managers.toSorted((a, b) => a.manager.startedAt - b.manager.startedAt), failures };
}

function socketsIn(folder: string, only: (name: string) => boolean): string[] {
  const windows = process.platform === 'win32';
  const [from, before, after] = windows ? [dirname(folder), basename(folder), ''] : [folder, '', '.sock'];
  try {
    return readdirSync(from)
      .filter((name) => name.startsWith(before) && name.endsWith(after))
      .filter((name) => only(name.slice(before.length, name.length - after.length)))
      .map((name) => join(from, name));
  } catch {
    // No folder: there was no manager yet. Not readable: there is no manager of this user.
    return [];
  }
}

/** Removes the socket of a dead manager. Returns an error for a manager that exists but does not answer. */
async function removeIfStale(path: string, error: unknown): Promise<Error | undefined> {
  const { code } = describeError(error instanceof Error ? error.cause : error);
  if (code === 'ENOENT') return undefined;
  if (code !== 'ECONNREFUSED') return error instanceof Error ? error : new Error(String(error));
  // Loaded only here: most commands never need them.
  const [{ removeStaleSocket }, { withLock }] = await Promise.all([
    import('../discovery/connectSocket.js'),
    import('../discovery/withLock.js'),
  ]);
  await withLock(path, async () => removeStaleSocket(path)).catch(() => undefined);
  return undefined;
}
