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

/** How often a file that is followed is looked at, in ms. */
const POLL = 100;

/**
 * A log over its rotations. What comes next is told by the names of the rotated files, whose order is theirs; what a
 * file is, once it has been opened, by its number, which no other can bear as long as it is held.
 *
 * @param options `lines`: of the first file so many, of all others all
 */
export function followLog$(
  file: string,
  { lines, maxLineLength }: { readonly lines: number; readonly maxLineLength: number },
  effects: TailEffects,
  scheduler: SchedulerLike,
): Observable<string> {
  return defer(() => {
    /** The name of the last rotated file that is done with, or being read. All after it are still to be read. */
    let done = '';
    let last = lines;
    /** Where the files that it was rotated to are: with the one that a link leads to. */
    let real = file;
    const real$ = defer(() => effects.real$(file)).pipe(onMissing(() => of(real)));
    const newer$ = real$.pipe(
      concatMap((now) => {
        // A link that was switched leads to the file of today, not to all those that it was rotated from.
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
    const begin$ = newer$.pipe(
      tap((names) => {
        done = names.at(-1) ?? '';
      }),
      ignoreElements(),
    );
    const next$ = newer$.pipe(concatMap(([oldest]) => (oldest === undefined ? live$() : rotated$(oldest))));
    return concat(begin$, next$.pipe(repeat()));

    /** It may be compressed by now, or removed. */
    function rotated$(name: string): Observable<string> {
      done = name;
      return opened$(name, read$).pipe(
        onMissing(() => packed$(`${name}.gz`)),
        onMissing(() => EMPTY),
      );
    }

    function live$(): Observable<string> {
      return opened$(file, (log) =>
        // Rotated since the last look: then this is not the one that comes next.
        newer$.pipe(concatMap((names) => (names.length > 0 ? EMPTY : untilReplaced$(log)))),
      ).pipe(
        onMissing(() => {
          // A file that was not there is read from its first line.
          last = Infinity;
          return timer(POLL, scheduler).pipe(ignoreElements());
        }),
      );
    }

    /** Reads and looks by turns. What was written between the last read and the rename is read after the look. */
    function untilReplaced$(log: OpenLog): Observable<string> {
      let renamed = false;
      let replaced = false;
      const look$ = defer(() => effects.stat$(file)).pipe(
        onMissing(() => of({ id: '', size: 0 })),
        concatMap(({ id, size }) => {
          if (id === log.id) return size < log.position ? fromStart$(log) : EMPTY;
          const own$ = renamed ? EMPTY : noted$(log);
          renamed = true;
          // logrotate makes the new file before it tells those who write: they write to the old one meanwhile.
          const more$ = newer$.pipe(tap((names) => (replaced = size > 0 || names.length > 0)));
          return concat(own$, more$.pipe(ignoreElements()));
        }),
      );
      return concat(toEnd$(log, effects, Infinity), look$).pipe(
        repeat({ delay: () => (replaced ? EMPTY : timer(POLL, scheduler)) }),
        concatWith(read$(log)),
      );
    }

    /** What it was rotated to, if it was, comes first among the names: under that it is not read again. */
    function noted$({ id }: OpenLog): Observable<never> {
      return newer$.pipe(
        concatMap(([oldest]) =>
          oldest === undefined ? EMPTY : isIt$(oldest, id).pipe(map((isIt) => ({ oldest, isIt }))),
        ),
        tap(({ oldest, isIt }) => {
          if (isIt) done = oldest;
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

  function isIt$(name: string, id: string): Observable<boolean> {
    return effects.stat$(name).pipe(
      map((other) => other.id === id),
      // Compressed already.
      onMissing(() => of(true)),
    );
  }

  function packed$(name: string): Observable<string> {
    return defer(() => {
      const cutter = lineCutter(maxLineLength, () => undefined);
      return concat(linesOf$(effects.gunzip$(name), cutter), unfinishedLine$({ cutter }));
    });
  }

  function read$(log: OpenLog): Observable<string> {
    return concat(toEnd$(log, effects, Infinity), unfinishedLine$(log));
  }
}

/** It was truncated. */
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
 * The files that a log was rotated to after a certain one of them, the oldest first, by the names they bore before they
 * were compressed. Told apart by name: of two files that were written within a few ms, the system gives both one time.
 */
function newerLogs$(path: string, after: string, { list$ }: Pick<FileEffects, 'list$'>): Observable<readonly string[]> {
  const folder = dirname(path);
  const names$ = defer(() => list$(folder)).pipe(
    catchError((error: unknown) => (describeError(error).code === 'ENOENT' ? of([]) : throwError(() => error))),
  );
  // Twice: a file that is compressed while a folder is listed may be missed under its new name and its old.
  return concat(names$, names$).pipe(
    toArray(),
    map((lists) => {
      const rotated = lists.flat().filter((name) => isRotated(basename(path), name));
      const files = new Set(rotated.map((name) => join(folder, name.replace(/\.gz$/, ''))));
      return [...files].filter((file) => file > after).sort();
    }),
  );
}
