import { basename, dirname, join } from 'node:path';
import {
  catchError,
  concat,
  concatMap,
  concatWith,
  defer,
  EMPTY,
  ignoreElements,
  map,
  type Observable,
  of,
  type OperatorFunction,
  repeat,
  type SchedulerLike,
  tap,
  throwError,
  timer,
  toArray,
} from 'rxjs';
import type { Effects } from '../../model/effects.js';
import { describeError } from '../../model/errors.js';
import type { FileEffects } from '../../model/fileEffects.js';
import { isRotated } from '../../model/spec/logPlan.js';
import { lineCutter } from '../../output/lineCutter.js';
import { linesOf$, type OpenLog, openLog$, toEnd$, unfinishedLine$ } from './openLog$.js';

export type TailEffects = Pick<Effects, 'openRead$' | 'read$' | 'stat$' | 'list$' | 'real$' | 'close$' | 'gunzip$'>;

/** How often a followed file is checked, in ms. */
const POLL = 100;

/**
 * Follows a log over its rotations. The names of the rotated files give their order. An open file is recognised by its id
 * (device and inode): no other file gets the same id while it is open.
 *
 * @param options `lines`: how many of the last lines of the first file come. Of later files all lines come
 */
export function followLog$(
  file: string,
  { lines, maxLineLength }: { readonly lines: number; readonly maxLineLength: number },
  effects: TailEffects,
  scheduler: SchedulerLike,
): Observable<string> {
  return defer(() => {
    /** The last rotated file that has been read, or is being read. Those after it by name are still to be read. */
    let done = '';
    let last = lines;
    /** The file itself, where `file` is a link. Its rotated files are beside it. */
    let real = file;
    const real$ = defer(() => effects.real$(file)).pipe(onMissing(() => of(real)));
    const newer$ = real$.pipe(
      concatMap((now) => {
        // A link now leads to another file. The rotated files of that one are older: they are not read.
        const switched = now !== real && done !== '';
        real = now;
        return newerLogs$(real, switched ? '' : done, effects).pipe(
          map((names) => {
            if (!switched) return names;
            done = names.at(-1) ?? '';
            return [];
          }),
        );
      }),
    );
    const skipRotated$ = newer$.pipe(
      tap((names) => {
        done = names.at(-1) ?? '';
      }),
      ignoreElements(),
    );
    const next$ = newer$.pipe(concatMap(([oldest]) => (oldest === undefined ? live$() : rotated$(oldest))));
    return concat(skipRotated$, next$.pipe(repeat()));

    /** The file can be compressed or removed by now. */
    function rotated$(name: string): Observable<string> {
      done = name;
      return opened$(name, read$).pipe(
        onMissing(() => compressed$(`${name}.gz`)),
        onMissing(() => EMPTY),
      );
    }

    function live$(): Observable<string> {
      return opened$(file, (log) =>
        // Rotated since the last check: the rotated files come first.
        newer$.pipe(concatMap((names) => (names.length > 0 ? EMPTY : untilReplaced$(log)))),
      ).pipe(
        onMissing(() => {
          // A file that did not exist before is read from its first line.
          last = Infinity;
          return timer(POLL, scheduler).pipe(ignoreElements());
        }),
      );
    }

    /** Reads and checks in turn, and reads once more at the end: lines can come between the last read and the rename. */
    function untilReplaced$(log: OpenLog): Observable<string> {
      let renamed = false;
      let replaced = false;
      const check$ = defer(() => effects.stat$(file)).pipe(
        onMissing(() => of({ id: '', size: 0 })),
        concatMap(({ id, size }) => {
          if (id === log.id) return size < log.position ? fromStart$(log) : EMPTY;
          const own$ = renamed ? EMPTY : skipOwn$(log);
          renamed = true;
          // logrotate creates the new file before it signals the writers. Until then they write to the old one.
          const more$ = newer$.pipe(tap((names) => (replaced = size > 0 || names.length > 0)));
          return concat(own$, more$.pipe(ignoreElements()));
        }),
      );
      return concat(toEnd$(log, effects, Infinity), check$).pipe(
        repeat({ delay: () => (replaced ? EMPTY : timer(POLL, scheduler)) }),
        concatWith(read$(log)),
      );
    }

    /** The oldest new name can be the one that the open file was renamed to. It is not read again. */
    function skipOwn$({ id }: OpenLog): Observable<never> {
      return newer$.pipe(
        concatMap(([oldest]) =>
          oldest === undefined ? EMPTY : isSame$(oldest, id).pipe(map((isSame) => ({ oldest, isSame }))),
        ),
        tap(({ oldest, isSame }) => {
          if (isSame) done = oldest;
        }),
        ignoreElements(),
      );
    }

    function opened$(name: string, use$: (log: OpenLog) => Observable<string>): Observable<string> {
      return openLog$(name, { lines: last, maxLineLength }, effects, (log) => {
        last = Infinity;
        return use$(log);
      });
    }
  });

  function isSame$(name: string, id: string): Observable<boolean> {
    return effects.stat$(name).pipe(
      map((other) => other.id === id),
      // It has been compressed.
      onMissing(() => of(true)),
    );
  }

  function compressed$(name: string): Observable<string> {
    return defer(() => {
      const cutter = lineCutter(maxLineLength, () => undefined);
      return concat(linesOf$(effects.gunzip$(name), cutter), unfinishedLine$({ cutter }));
    });
  }

  function read$(log: OpenLog): Observable<string> {
    return concat(toEnd$(log, effects, Infinity), unfinishedLine$(log));
  }
}

/** The file was truncated. */
function fromStart$(log: OpenLog): Observable<string> {
  log.position = 0;
  return unfinishedLine$(log);
}

function onMissing<T, R>(otherwise$: () => Observable<R>): OperatorFunction<T, T | R> {
  return catchError((error: unknown) =>
    describeError(error).code === 'ENOENT' ? otherwise$() : throwError(() => error),
  );
}

/**
 * The rotated files of a log that come after a given one, the oldest first, under their names without `.gz`. The names
 * decide, not the times: two files that were written within a few ms have the same time.
 */
function newerLogs$(path: string, after: string, { list$ }: Pick<FileEffects, 'list$'>): Observable<readonly string[]> {
  const folder = dirname(path);
  const names$ = defer(() => list$(folder)).pipe(
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? of([]) : throwError(() => error))),
  );
  // Twice: a file that is compressed while the folder is listed can be missing under both names.
  return concat(names$, names$).pipe(
    toArray(),
    map((lists) => {
      const rotated = lists.flat().filter((name) => isRotated(basename(path), name));
      const files = new Set(rotated.map((name) => join(folder, name.replace(/\.gz$/, ''))));
      return [...files].filter((file) => file > after).sort();
    }),
  );
}
