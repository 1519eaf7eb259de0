import { join } from 'node:path';
import { lastValueFrom, map, NEVER, Subject, tap } from 'rxjs';
import { memoryOf } from '../control/memoryOf.js';
import { places } from '../control/places.js';
import { privateFolder } from '../control/privateFolder.js';
import { serveControl$ } from '../control/serveControl$.js';
import { socketPath } from '../control/socketPath.js';
import type { ChildEvent } from '../model/childEvent.js';
import { maskText } from '../model/mask.js';
import { visible } from '../model/visible.js';
import { toFile } from '../sinks/toFile.js';
import { nodeEffects } from '../effects.js';
import { hangupIgnored } from './hangupIgnored.js';
import { ignoring } from './ignoring.js';
import { logRotation } from './logRotation.js';
import { memoryPath } from './memoryPath.js';
import { type Outcome, run$ } from './run$.js';
import type { Screen } from './screenOf.js';

/**
 * The background manager: a `rxvisor run` of nothing yet, without a terminal, that goes on when nothing runs. What
 * happens to its children stands in its log, beside theirs.
 *
 * @throws RxvisorError whose cause has the code EADDRINUSE when there is one already
 */
export async function asDaemon({ resurrect }: { readonly resurrect: boolean }): Promise<Outcome> {
  const at = places();
  const path = socketPath(privateFolder(at.sockets[0]), 'daemon');
  const text$ = new Subject<string>();
  const written = lastValueFrom(
    text$.pipe(
      map((text): ChildEvent => ({ type: 'output', stream: 'stdout', text, attempt: 0 })),
      toFile(join(privateFolder(at.logs), 'daemon.log'), { rotate: logRotation }),
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
    resized$: NEVER,
    gone$: NEVER,
  };
  const tell = (what: string): void => {
    screen.write(`${new Date().toISOString()} ${visible(maskText(what))}\n`);
  };
  const memory = memoryPath(at);
  try {
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always tells how it ended
    return await lastValueFrom(
      run$([], {
        screen,
        lasting: true,
        effects: hangupIgnored() ? ignoring(nodeEffects, 'SIGHUP') : nodeEffects,
        serve$: (supervisor) =>
          serveControl$(supervisor, { path, name: 'daemon', memory }).pipe(
            tap((event) => {
              if (event.type === 'refused') tell(`a client was refused: ${event.message}`);
              if (event.type !== 'listening') return;
              tell(`listening at ${path}, pid ${process.pid}`);
              if (resurrect) for (const problem of memoryOf(supervisor, memory).resurrect().problems) tell(problem);
            }),
          ),
      }),
    );
  } finally {
    tell('ended');
    text$.complete();
    await written;
  }
}
