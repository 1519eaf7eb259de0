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

/** How often it is checked, in ms, that the lock is still there. */
const LOCK_CHECK_INTERVAL = 1_000;

/**
 * The background manager: a `rxvisor run` of nothing yet, without a terminal, that goes on when nothing runs. What
 * happens to its children stands in its log, beside theirs.
 *
 * It takes over neither the folder, the environment nor the umask of whoever starts it, since other callers' services run in it.
 *
 * @throws RxvisorError whose cause has the code EADDRINUSE when there is one already
 */
export async function runDaemon({ resurrect }: { readonly resurrect: boolean }): Promise<Outcome> {
  const effects = commandEffects();
  const kept = daemonEnv(process.env);
  for (const key of Object.keys(process.env)) if (!(key in kept)) Reflect.deleteProperty(process.env, key);
  process.chdir('/');
  // Each service brings its own; what is created for it has at most these permissions.
  process.umask(0o022);
  const paths = managerPaths();
  for (const folder of [paths.state, ...paths.sockets]) refuseSharedFolder(folder);
  privateFolder(paths.state);
  const lock = daemonLock(paths);
  const taken = await lock.take().catch((error: unknown) => {
    // A full disk is no reason to run nothing. It is tried again.
    process.stderr.write(`rxvisor: ${lock.path}: cannot be written: ${describeError(error).message}\n`);
    return lock.holder() === undefined;
  });
  if (!taken) {
    const cause = Object.assign(new Error('There is a background manager.'), { code: 'EADDRINUSE' });
    throw new RxvisorError('ERR_CONTROL', `${paths.state}: is in use by the background manager ${lock.holder()}.`, {
      cause,
    });
  }
  // It may be removed, as its sockets may. What fails is tried again at the next look.
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
  // Node writes warnings there, and the log may be on a full disk.
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
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always tells how it ended
    return await lastValueFrom(
      runServices$([], {
        screen,
        keepRunning: true,
        effects,
        serve$: (supervisor) =>
          serveSockets$(supervisor, listenDiscoverable$('daemon'), { name: 'daemon', savedList }).pipe(
            tap((event) => {
              if (event.type === 'refused') warn(`a client was refused: ${event.message}`);
              if (event.type !== 'listening') return;
              warn(`listening at ${event.path}, pid ${process.pid}`);
              // It may listen again later.
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

/** The list that `save` writes. */
function savedListPath({ state }: Pick<ManagerPaths, 'state'>): string {
  return join(state, 'saved.json');
}
