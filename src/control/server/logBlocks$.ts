import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  type OperatorFunction,
  take,
  tap,
  throwError,
  withLatestFrom,
} from 'rxjs';
import { describeError } from '../../model/errors.js';
import type { FileEffects } from '../../model/fileEffects.js';
import { isLogged, logFilesOf } from '../../model/spec/logPlan.js';
import type { Description } from '../../model/status.js';
import type { Target } from '../../model/target.js';
import { nodeEffects } from '../../nodeEffects.js';
import type { ByteCredit } from '../../operators/byteCredit.js';
import { tail$ } from '../../sources/tail$.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { gunzip$ } from '../../system/fileEffects.js';
import type { LogBlock } from '../protocol/protocol.js';
import type { EventHistory } from './eventHistory.js';

export interface LogRequest {
  readonly target: Target;
  readonly lines: number;
  readonly follow: boolean;
}

/**
 * The last `lines` lines of the logs of children and, with `follow`, every new line. Output without a log file comes
 * from memory, which holds only the last lines.
 *
 * @param flow counts what the reader has not received yet. While it is full, files are not read; output without a log
 * file is dropped and counted
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
  return merge(...described.flatMap(childLogs$)).pipe(tap(({ text }) => flow.take(text.length)));

  function childLogs$({ status, spec }: Description): Observable<LogBlock>[] {
    const { id = 0, name } = status;
    const about = { id, ...(name !== undefined && { name }) };
    // Children may share a log file: read it once.
    const own = logFilesOf(spec).filter(({ path }) => !read.has(path));
    for (const { path } of own) read.add(path);
    const streams = (['stdout', 'stderr'] as const).filter((stream) => !isLogged(spec, stream));
    return [
      ...own.map(({ path, stream }) =>
        tail$(path, { lines, follow, effects: reads }).pipe(
          // ENOENT: nothing was written yet. ESPIPE: a pipe or terminal, which cannot be read again.
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
      ...streams.map((stream) => unloggedOutput$({ ...about, stream })),
    ];
  }

  function unloggedOutput$(about: Required<Pick<LogBlock, 'id' | 'stream'>>): Observable<LogBlock> {
    const before = lastLines(history.recent(about.id, about.stream), lines);
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
      // As a followed file, never completes.
      NEVER,
    );
  }
}

function lastLines(text: string, lines: number): string {
  if (lines === 0) return '';
  let at = text.length - 1;
  for (let left = lines; left > 0 && at >= 0; left -= 1) at = at === 0 ? -1 : text.lastIndexOf('\n', at - 1);
  return text.slice(at + 1);
}

/** Drops blocks while the flow is full. The next block has the number of dropped lines. */
function dropWhileFull({ full$ }: Pick<ByteCredit, 'full$'>): OperatorFunction<LogBlock, LogBlock> {
  return (source$) =>
    defer(() => {
      let dropped = 0;
      return source$.pipe(
        withLatestFrom(full$),
        filter(([{ text }, full]) => {
          if (full) dropped += text.split('\n').length - 1;
          return !full;
        }),
        map(([block]) => {
          const counted = dropped === 0 ? block : { ...block, dropped };
          dropped = 0;
          return counted;
        }),
      );
    });
}

type Reads = Pick<FileEffects, 'openRead$' | 'read$' | 'stat$' | 'list$' | 'real$' | 'close$' | 'gunzip$'>;

/** File effects whose reads wait while `full$` is true. RxJS has no back-pressure, so the reads must pause. */
export function pausableReads(full$: Observable<boolean>): Reads {
  return {
    ...nodeEffects,
    read$: (fd, position, length) =>
      defer(() => full$).pipe(
        filter((full) => !full),
        take(1),
        concatMap(() => nodeEffects.read$(fd, position, length)),
      ),
    gunzip$: (path) => gunzip$(path, full$),
  };
}
