import { concatMap, defer, filter, finalize, map, Observable, of, takeLast, tap, throwError } from 'rxjs';
import type { FileEffects } from '../../model/fileEffects.js';
import type { Cutter } from '../../output/cuttingGuard.js';
import { lineCutter } from '../../output/lineCutter.js';

/** A log that is being read: the position, and in `cutter` the line that has not ended yet. */
export interface OpenLog {
  readonly fd: number;
  readonly id: string;
  /** The size when it was opened, in bytes. */
  readonly size: number;
  readonly cutter: Cutter;
  /** The bytes before it have been read. */
  position: number;
}

/** The size of one read, in bytes. */
const CHUNK = 65_536;
const LINE_END = 0x0a;
const NOTHING = new Uint8Array();

/** Opens a log at the last `lines` lines. Closes it when the stream that uses it ends. */
export function openLog$<T>(
  path: string,
  { lines, maxLineLength }: { readonly lines: number; readonly maxLineLength: number },
  effects: Pick<FileEffects, 'openRead$' | 'read$' | 'stat$' | 'close$'>,
  use$: (log: OpenLog) => Observable<T>,
): Observable<T> {
  // Checked before it is opened: the writers of a FIFO would take us for the reader that they wait for.
  return defer(() => effects.stat$(path)).pipe(
    concatMap(({ regular }) => (regular ? effects.openRead$(path) : throwError(() => notAFile(path)))),
    concatMap((fd) =>
      effects.stat$(fd).pipe(
        concatMap(({ size, id }) =>
          beginning$(fd, size, lines).pipe(
            concatMap((position) =>
              use$({ fd, id, size, position, cutter: lineCutter(maxLineLength, () => undefined) }),
            ),
          ),
        ),
        finalize(() => {
          close(fd);
        }),
      ),
    ),
  );

  function close(fd: number): void {
    effects.close$(fd).subscribe({ error: () => undefined });
  }

  /** Where the last lines begin. The last byte is not searched: a line end there is the end of the last line. */
  function beginning$(fd: number, size: number, lines: number): Observable<number> {
    if (lines === 0) return of(size);
    return lines === Infinity ? of(0) : searchBack$(fd, Math.max(0, size - 1), lines);
  }

  /** Searches backwards, block by block. Not recursive: a large file has thousands of blocks. */
  function searchBack$(fd: number, from: number, lines: number): Observable<number> {
    return defer(() => {
      let end = from;
      let missing = lines;
      const step$ = defer(() => {
        const start = Math.max(0, end - CHUNK);
        return effects.read$(fd, start, end - start).pipe(
          map((bytes) => {
            end = start;
            for (
              let at = bytes.lastIndexOf(LINE_END);
              at >= 0;
              at = at === 0 ? -1 : bytes.lastIndexOf(LINE_END, at - 1)
            ) {
              missing -= 1;
              if (missing === 0) return start + at + 1;
            }
            return undefined;
          }),
        );
      });
      const found$ = repeatSteps$(step$, (place) => place !== undefined || end === 0).pipe(
        takeLast(1),
        map((place) => place ?? 0),
      );
      return from === 0 ? of(0) : found$;
    });
  }
}

function notAFile(path: string): Error {
  return Object.assign(new Error(`ESPIPE: ${path} is not a regular file. Give the path of a file.`), {
    code: 'ESPIPE',
  });
}

/** The lines from the current position to `end`, or to the end of the file if that comes first. Only lines that have ended. */
export function toEnd$(log: OpenLog, effects: Pick<FileEffects, 'read$'>, end: number): Observable<string> {
  const chunk$ = defer(() => {
    const length = Math.min(CHUNK, end - log.position);
    return length > 0 ? effects.read$(log.fd, log.position, length) : of(NOTHING);
  });
  return repeatSteps$(chunk$, ({ length }) => length === 0).pipe(
    tap((bytes) => {
      log.position += bytes.length;
    }),
    (bytes$) => linesOf$(bytes$, log.cutter),
  );
}

/** The lines that have ended, as text. */
export function linesOf$(bytes$: Observable<Uint8Array>, cutter: Cutter): Observable<string> {
  return bytes$.pipe(
    map((bytes) => Buffer.concat(cutter.push(Buffer.from(bytes))).toString()),
    filter((text) => text !== ''),
  );
}

/** The line that has not ended, its end added: nothing more will be written to it. */
export function unfinishedLine$({ cutter }: Pick<OpenLog, 'cutter'>): Observable<string> {
  return defer(() => of(Buffer.concat(cutter.end()).toString())).pipe(filter((text) => text !== ''));
}

/**
 * Repeats a step until it has emitted a last value. It is a loop, whether or not a step completes at once. `repeat`,
 * `expand` and a chain of `concatMap` recurse with each step.
 */
function repeatSteps$<T>(step$: Observable<T>, isLast: (value: T) => boolean): Observable<T> {
  return new Observable((subscriber) => {
    let over = false;
    let due = true;
    let looping = false;
    const advance = (): void => {
      if (looping) return;
      looping = true;
      while (due && !subscriber.closed) {
        due = false;
        subscriber.add(step$.subscribe({ next, error, complete }));
      }
      looping = false;
    };
    const next = (value: T): void => {
      over ||= isLast(value);
      subscriber.next(value);
    };
    const error = (error: unknown): void => {
      subscriber.error(error);
    };
    const complete = (): void => {
      if (over) {
        subscriber.complete();
        return;
      }
      due = true;
      advance();
    };
    advance();
  });
}
