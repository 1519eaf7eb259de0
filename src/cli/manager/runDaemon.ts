import { join } from 'node:path';
import { EMPTY, exhaustMap, interval, lastValueFrom, map, NEVER, Subject, tap } from 'rxjs';
import { type ManagerPaths, managerPaths } from '../../control/discovery/managerPaths.js';
import { privateFolder, refuseSharedFolder } from '../../control/discovery/privateFolder.js';
import { daemonLock } from '../../control/discovery/daemonLock.js';
import { savedServices } from '../../control/saved/savedServices.js';
import { listenDiscoverable$ } from '../../control/server/listen$.js';
import { serveSockets$ } from '../../control/server/serveSockets$.js';
import type { ChildEvent } from '../../model/childEvent.js';
import type { Effects } from '../../model/effects.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import { maskText } from '../../model/mask.js';
import { escapeControls } from '../../model/show.js';
import { byteCredit } from '../../operators/byteCredit.js';
import { toFile } from '../../sinks/toFile.js';
import { daemonEnv } from '../client/withDaemon.js';
import { logRotation } from '../config/logName.js';
import type { Outcome } from '../cliError.js';
import { commandEffects } from './runInForeground.js';
import { runServices$ } from './runServices$.js';
import type { Screen } from './screen.js';

/** How often to check that the lock still exists, in ms. */
const LOCK_CHECK_INTERVAL = 1_000;

/**
 * Runs the background manager. It has no terminal, starts with no services, and goes on when no service runs. It writes
 * events to `daemon.log`, in the folder of the services' logs.
 *
 * It keeps neither the folder, the environment nor the umask of the process that starts it: services of other callers
 * run in it too.
 *
 * @throws RxvisorError whose cause has the code EADDRINUSE when a background manager already runs
 */
export async function runDaemon({ resurrect }: { readonly resurrect: boolean }): Promise<Outcome> {
  const effects = commandEffects();
  const kept = daemonEnv(process.env);
  for (const key of Object.keys(process.env)) if (!(key in kept)) Reflect.deleteProperty(process.env, key);
  process.chdir('/');
  // Each service has its own umask. Files that the manager creates for it get at most these permissions.
  process.umask(0o022);
  const paths = managerPaths();
  for (const folder of [paths.state, ...paths.sockets]) refuseSharedFolder(folder);
  privateFolder(paths.state);
  const lock = daemonLock(paths);
  const taken = await lock.take().catch((error: unknown) => {
    // A full disk must not prevent the start. `lockWatch` tries again.
    process.stderr.write(`rxvisor: ${lock.path}: cannot write this file: ${describeError(error).message}\n`);
    return lock.holder() === undefined;
  });
  if (!taken) {
    const cause = Object.assign(new Error('A background manager already runs.'), { code: 'EADDRINUSE' });
    throw new RxvisorError('ERR_CONTROL', `${paths.state}: a background manager already runs (pid ${lock.holder()}).`, {
      cause,
    });
  }
  // The lock file may be removed. A failure is retried at the next check.
  const lockWatch = interval(LOCK_CHECK_INTERVAL)
    .pipe(exhaustMap(async () => lock.take().catch(() => false)))
    .subscribe({ error: () => undefined });
  try {
    return await serveUntilStopped(paths, resurrect, effects);
  } finally {
    lockWatch.unsubscribe();
    lock.release();
  }
}

async function serveUntilStopped(at: ManagerPaths, resurrect: boolean, effects: Effects): Promise<Outcome> {
  const text$ = new Subject<string>();
  const flow = byteCredit();
  // Node writes its warnings to stderr, which is the log and may be on a full disk.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const written = lastValueFrom(
    text$.pipe(
      map((text): ChildEvent => ({ type: 'output', stream: 'stdout', text, attempt: 0 })),
      toFile(join(privateFolder(at.logs), 'daemon.log'), { rotate: logRotation, flow }),
    ),
    { defaultValue: undefined },
  );
  const screen: Screen = {
    live: false,
    colours: false,
    size: () => ({ columns: Infinity, rows: Infinity }),
    write: (text) => {
      text$.next(text);
    },
    flow,
    busy: () => false,
    resized$: NEVER,
    gone$: NEVER,
    flushed$: EMPTY,
  };
  const warn = (what: string): void => {
    screen.write(`${new Date().toISOString()} ${escapeControls(maskText(what))}\n`);
  };
  const savedList = savedListPath(at);
  let hasListened = false;
  try {
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always emits an outcome
    return await lastValueFrom(
      runServices$([], {
        screen,
        keepRunning: true,
        effects,
        serve$: (supervisor) =>
          serveSockets$(supervisor, listenDiscoverable$('daemon'), { name: 'daemon', savedList, shared: true }).pipe(
            tap((event) => {
              if (event.type === 'refused') warn(`closed the connection of a client: ${event.message}`);
              if (event.type !== 'listening') return;
              warn(`listening at ${event.path}, pid ${process.pid}`);
              // It listens again when the socket is removed; resurrect only once.
              if (!hasListened && resurrect) {
                for (const problem of savedServices(supervisor, savedList).resurrect().problems) warn(problem);
              }
              hasListened = true;
            }),
          ),
      }),
    );
  } finally {
    warn('ended');
    text$.complete();
    await written;
  }
}

/** The file that `save` writes. */
function savedListPath({ state }: Pick<ManagerPaths, 'state'>): string {
  return join(state, 'saved.json');
}
