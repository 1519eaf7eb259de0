import { resolve } from 'node:path';
import {
  asyncScheduler,
  catchError,
  concat,
  concatMap,
  concatWith,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  type Observable,
  of,
  repeat,
  retry,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { type Effects, nodeEffects } from '../effects.js';
import { checkCount } from '../model/checkOption.js';
import { describeError } from '../model/describeError.js';
import { type OpenLog, openLog$, rest$, toEnd$ } from './openLog$.js';
import { type Sibling, siblings$ } from './siblings$.js';

export interface TailOptions {
  /** How many of the last lines to begin with; `Infinity`: all. Default `10`. */
  readonly lines?: number | undefined;
  /** Go on with what is written to it, over rotations. Default `false`. */
  readonly follow?: boolean | undefined;
  /** Longer lines are cut in pieces of this many UTF-16 code units. Default `65_536`. */
  readonly maxLineLength?: number | undefined;
  /** How to read. Default: for real. */
  readonly effects?: TailEffects | undefined;
}

type TailEffects = Pick<Effects, 'openRead$' | 'read$' | 'stat$' | 'list$' | 'close$'>;

/** How often a file that is followed is looked at, in ms. */
const POLL = 100;

/**
 * The end of a log, and what is written to it: blocks of whole lines, each ended by `\n`.
 *
 * ```text
 * file            a b c --- d ------- e (renamed) f --
 * tail$(follow)   (ab\nc)---d---------e-----------f--    with lines: 3
 * ```
 *
 * - Followed, a file need not exist yet. A line is passed on once it has ended. The file is looked at ten times a second.
 * - When the file is renamed and made anew, what was still written to the old one comes first, then any files that were
 *   rotated in between (`FILE.…`, unless they are compressed already), then the new one from its beginning. A file that
 *   was truncated is read from its beginning.
 * - Not followed it completes at the end of the file, a missing final `\n` added.
 *
 * @param path relative to the cwd
 * @param scheduler for the looks. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION` at once; as error notifications what reading says, ENOENT only for a
 * file that is not followed
 * @see tail(1), `--follow=name`
 * @example
 * ```ts
 * import { tail$ } from 'rxvisor';
 *
 * tail$('logs/api.log', { lines: 100, follow: true }).subscribe((text) => process.stdout.write(text));
 * ```
 */
export function tail$(
  path: string,
  { lines = 10, follow = false, maxLineLength = 65_536, effects = nodeEffects }: TailOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<string> {
  checkCount('lines', lines);
  const file = resolve(path);
  const opened$ = (name: string, last: number): Observable<OpenLog> =>
    openLog$(name, { lines: last, maxLineLength }, effects);
  const read$ = (log: OpenLog): Observable<string> => concat(toEnd$(log, effects), rest$(log));
  return follow ? defer(followed$) : opened$(file, lines).pipe(concatMap((log) => holding$(log, read$(log))));

  function followed$(): Observable<string> {
    const known = new Set<string>();
    let last = lines;
    let first = true;
    const log$ = defer(() => opened$(file, last)).pipe(
      retry({
        delay: (error: unknown) => {
          if (!isMissing(error)) return throwError(() => error);
          // A file that was not there is read from its first line, and whatever it is rotated to meanwhile.
          last = Infinity;
          const before$ = first ? noted$(known) : EMPTY;
          first = false;
          return concat(before$, timer(POLL, scheduler));
        },
      }),
    );
    return log$.pipe(
      concatMap((log) => {
        const before$ = first ? noted$(known) : missed$(known);
        first = false;
        last = Infinity;
        // Itself last, under its new name, while it is still held: nothing else can bear its number.
        const own$ = noted$(known, ({ id }) => id === log.id);
        return holding$(log, concat(before$, untilReplaced$(log), own$));
      }),
      repeat(),
    );
  }

  /** What has been read, or at the beginning is nobody's concern. */
  function noted$(known: Set<string>, which: (sibling: Sibling) => boolean = () => true): Observable<never> {
    return defer(() => siblings$(file, effects)).pipe(
      tap((siblings) => {
        for (const { key } of siblings.filter(which)) known.add(key);
      }),
      ignoreElements(),
    );
  }

  /** The files that were begun and rotated while we read another: one at a time, for they may be renamed once more. */
  function missed$(known: Set<string>): Observable<string> {
    let more = true;
    return defer(() => siblings$(file, effects)).pipe(
      concatMap((siblings) => {
        const next = siblings.find(({ key }) => !known.has(key));
        more = next !== undefined;
        if (next === undefined) return EMPTY;
        return opened$(next.name, Infinity).pipe(
          concatMap((log) => {
            const isIt = log.id === next.id;
            if (isIt) known.add(next.key);
            return holding$(log, isIt ? read$(log) : EMPTY);
          }),
          catchError((error: unknown) => (isMissing(error) ? EMPTY : throwError(() => error))),
        );
      }),
      repeat({ delay: () => (more ? of(true) : EMPTY) }),
    );
  }

  /** Reads and looks by turns. What was written between the last read and the rename is read after the look. */
  function untilReplaced$(log: OpenLog): Observable<string> {
    let replaced = false;
    const look$ = defer(() => effects.stat$(file)).pipe(
      tap(({ id, size }) => {
        replaced = id !== log.id;
        if (!replaced && size < log.position) log.position = 0;
      }),
      ignoreElements(),
      catchError((error: unknown) => (isMissing(error) ? EMPTY : throwError(() => error))),
    );
    return concat(toEnd$(log, effects), look$).pipe(
      repeat({ delay: () => (replaced ? EMPTY : timer(POLL, scheduler)) }),
      concatWith(read$(log)),
    );
  }

  function holding$<T>({ fd }: OpenLog, work$: Observable<T>): Observable<T> {
    const letGo = (): void => {
      effects.close$(fd).subscribe({ error: () => undefined });
    };
    return work$.pipe(finalize(letGo));
  }
}

function isMissing(error: unknown): boolean {
  return describeError(error).code === 'ENOENT';
}
