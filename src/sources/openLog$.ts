import { concatMap, defer, EMPTY, expand, filter, finalize, map, type Observable, of } from 'rxjs';
import type { FileEffects } from '../fileEffects.js';
import { lineCutter, type LineCutter } from './lineCutter.js';

/** A log that is being read: how far, and the line that has not ended yet. */
export interface OpenLog {
  readonly fd: number;
  readonly id: string;
  /** In bytes, when it was opened. */
  readonly size: number;
  readonly cutter: LineCutter;
  position: number;
}

/** How much is read at once, in bytes. */
const CHUNK = 65_536;
const LINE_END = 0x0a;

/** Opens a log for reading, at the beginning of the last so many lines, for as long as it is used. */
export function openLog$<T>(
  path: string,
  { lines, maxLineLength }: { readonly lines: number; readonly maxLineLength: number },
  effects: Pick<FileEffects, 'openRead$' | 'read$' | 'stat$' | 'close$'>,
  use$: (log: OpenLog) => Observable<T>,
): Observable<T> {
  return effects.openRead$(path).pipe(
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
          letGo(fd);
        }),
      ),
    ),
  );

  function letGo(fd: number): void {
    effects.close$(fd).subscribe({ error: () => undefined });
  }

  /** Looks back from the end, the last byte left out: if it is a line end, it is that of the last line. */
  function beginning$(fd: number, size: number, lines: number): Observable<number> {
    if (lines === 0) return of(size);
    return lines === Infinity ? of(0) : back$(fd, Math.max(0, size - 1), lines);
  }

  function back$(fd: number, end: number, missing: number): Observable<number> {
    if (end === 0) return of(0);
    const start = Math.max(0, end - CHUNK);
    return effects.read$(fd, start, end - start).pipe(
      concatMap((bytes) => {
        let left = missing;
        for (let at = bytes.lastIndexOf(LINE_END); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(LINE_END, at - 1)) {
          left -= 1;
          if (left === 0) return of(start + at + 1);
        }
        return back$(fd, start, left);
      }),
    );
  }
}

/** The lines from where it stands up to a position, or to the end of the file before that, as far as they have ended. */
export function toEnd$(log: OpenLog, effects: Pick<FileEffects, 'read$'>, end: number): Observable<string> {
  const chunk$ = defer(() => {
    const length = Math.min(CHUNK, end - log.position);
    return length > 0 ? effects.read$(log.fd, log.position, length) : EMPTY;
  });
  return chunk$.pipe(
    expand((bytes) => {
      if (bytes.length === 0) return EMPTY;
      log.position += bytes.length;
      return chunk$;
    }),
    (bytes$) => linesOf$(bytes$, log.cutter),
  );
}

/** Whole lines, as far as they have ended. */
export function linesOf$(bytes$: Observable<Uint8Array>, cutter: LineCutter): Observable<string> {
  return bytes$.pipe(
    map((bytes) => Buffer.concat(cutter.push(Buffer.from(bytes))).toString()),
    filter((text) => text !== ''),
  );
}

/** The line that has not ended: nothing will be added to it. */
export function rest$({ cutter }: Pick<OpenLog, 'cutter'>): Observable<string> {
  return defer(() => of(Buffer.concat(cutter.end()).toString())).pipe(filter((text) => text !== ''));
}
