import { catchError, concat, EMPTY, filter, map, merge, NEVER, type Observable, of, tap, throwError } from 'rxjs';
import { describeError } from '../model/describeError.js';
import type { Description } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { tail$ } from '../sources/tail$.js';
import type { Supervisor } from '../supervise.js';
import { dropWhileFull } from './dropWhileFull.js';
import { isLogged } from './isLogged.js';
import type { EventHistory } from './keepLedger.js';
import { logFilesOf } from './logFilesOf.js';
import { pausableReads } from './pausedReads.js';
import type { LogBlock } from './protocol.js';

export interface LogRequest {
  readonly target: Target;
  readonly lines: number;
  readonly follow: boolean;
}

/**
 * The logs of some children, and what they say where there is no log: of that the last lines only, for it is kept in
 * memory.
 *
 * @param flow what the reader has not taken yet. While it is full files are not read further; lines that go to no file
 * are dropped, and counted
 */
export function logBlocks$(
  { target, lines, follow }: LogRequest,
  supervisor: Pick<Supervisor, 'describe' | 'event$'>,
  history: Pick<EventHistory, 'recent'>,
  flow: ByteCredit,
): Observable<LogBlock> {
  const reads = pausableReads(flow.full$);
  const described = supervisor.describe(target);
  const read = new Set<string>();
  const paths = described.flatMap(({ spec }) => logFilesOf(spec).map(({ path }) => path));
  return merge(...described.flatMap(logsOf)).pipe(tap(({ text }) => flow.take(text.length)));

  function logsOf({ status, spec }: Description): Observable<LogBlock>[] {
    const { id = 0, name } = status;
    const about = { id, ...(name !== undefined && { name }) };
    // Children may share a file.
    const own = logFilesOf(spec).filter(({ path }) => !read.has(path));
    for (const { path } of own) read.add(path);
    const streams = (['stdout', 'stderr'] as const).filter((stream) => !isLogged(spec, stream));
    return [
      ...own.map(({ path, stream }) =>
        tail$(path, { lines, follow, effects: reads }).pipe(
          // Nothing has been written yet, or what is written cannot be read again.
          catchError((error: unknown) =>
            ['ENOENT', 'ESPIPE'].includes(describeError(error).code) ? EMPTY : throwError(() => error),
          ),
          map((text) => ({
            ...about,
            ...(stream !== undefined && { stream }),
            text,
            ...(paths.indexOf(path) !== paths.lastIndexOf(path) && { shared: true as const }),
          })),
        ),
      ),
      ...streams.map((stream) => unlogged$({ ...about, stream })),
    ];
  }

  function unlogged$(about: Required<Pick<LogBlock, 'id' | 'stream'>>): Observable<LogBlock> {
    const before = lastOf(history.recent(about.id, about.stream), lines);
    const before$ = before === '' ? EMPTY : of({ ...about, text: before });
    return concat(before$, follow ? live$(about) : EMPTY);
  }

  function live$({ id, ...about }: Required<Pick<LogBlock, 'id' | 'stream'>>): Observable<LogBlock> {
    return merge(
      supervisor.event$.pipe(
        filter((event) => event.type === 'output'),
        filter((event) => event.id === id && event.stream === about.stream),
        map(({ text }) => ({ id, ...about, text })),
        dropWhileFull(flow),
      ),
      // Followed logs go on until they are unsubscribed from, as files do.
      NEVER,
    );
  }
}

function lastOf(text: string, lines: number): string {
  if (lines === 0) return '';
  let at = text.length - 1;
  for (let left = lines; left > 0 && at >= 0; left -= 1) at = at === 0 ? -1 : text.lastIndexOf('\n', at - 1);
  return text.slice(at + 1);
}
