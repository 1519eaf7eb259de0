import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeError } from '../../model/errors.js';
import { type ManagerPaths, managerPaths } from '../discovery/managerPaths.js';
import { refuseSharedFolder } from '../discovery/privateFolder.js';
import { type ControlClient, controlClient } from './controlClient.js';

/** The managers of this user that answered, and why others did not. */
export interface FoundManagers {
  readonly managers: readonly ControlClient[];
  readonly failures: readonly Error[];
}

export interface FindOptions {
  readonly paths?: ManagerPaths | undefined;
  /** Only those whose sockets are called like that: `daemon`, or a pid, and `-2` and so on for more of one process. */
  readonly only?: ((name: string) => boolean) | undefined;
  /** How many ms each has to answer; all are asked at once. Default `3_000`. */
  readonly timeout?: number | undefined;
}

/**
 * Connects to all managers of this user. The sockets that dead ones have left are taken away.
 *
 * @throws RxvisorError with code `ERR_OPTION` when `RXVISOR_HOME` is wrong; `ERR_CONTROL` when another user can control a
 * folder, before anything is sent
 */
export async function findManagers({
  paths: at = managerPaths(),
  only = () => true,
  timeout = 3_000,
}: FindOptions = {}): Promise<FoundManagers> {
  for (const folder of [at.state, ...at.sockets]) refuseSharedFolder(folder);
  const answers = await Promise.all(
    at.sockets
      .flatMap((folder) => socketsIn(folder, only))
      .map(async (path) => {
        try {
          return await controlClient(path, { timeout });
        } catch (error) {
          return removeIfStale(path, error);
        }
      }),
  );
  const silent = answers.filter((answer) => answer instanceof Error);
  const managers = answers.flatMap((answer) => (answer === undefined || answer instanceof Error ? [] : answer));
  return { managers: managers.toSorted((a, b) => a.manager.startedAt - b.manager.startedAt), failures: silent };
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
    // There has been no manager yet, or the folder is not ours: nobody is there.
    return [];
  }
}

/** An error to be told; none for who has gone. */
async function removeIfStale(path: string, error: unknown): Promise<Error | undefined> {
  const { code } = describeError(error instanceof Error ? error.cause : error);
  if (code === 'ENOENT') return undefined;
  if (code !== 'ECONNREFUSED') return error instanceof Error ? error : new Error(String(error));
  // Rare, and most commands have no time to load it.
  const [{ removeStaleSocket }, { withLock }] = await Promise.all([
    import('../discovery/connectSocket.js'),
    import('../discovery/withLock.js'),
  ]);
  await withLock(path, async () => removeStaleSocket(path)).catch(() => undefined);
  return undefined;
}
