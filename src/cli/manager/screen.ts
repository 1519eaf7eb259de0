import {
  asyncScheduler,
  connect,
  defer,
  EMPTY,
  endWith,
  filter,
  finalize,
  fromEvent,
  ignoreElements,
  interval,
  map,
  merge,
  type Observable,
  scan,
  type SchedulerLike,
  startWith,
  Subject,
  takeUntil,
  takeWhile,
  tap,
  withLatestFrom,
} from 'rxjs';
import { batchTime } from '../../operators/batchTime.js';
import { type ByteCredit, byteCredit } from '../../operators/byteCredit.js';
import type { ConsoleOutput } from '../../sinks/consoleOutput.js';
import { type Terminal, terminalOf, type TerminalStream } from '../io.js';
import { widthOf } from '../table/table.js';

/** Where the command shows what happens. When `live`, the table is drawn there. */
export interface Screen extends Terminal {
  readonly write: (text: string) => void;
  /** Counts pending bytes: the children whose output is shown write at the pace of the reader. */
  readonly flow: ByteCredit;
  /** Whether something waits to be written. */
  readonly busy: () => boolean;
  readonly resized$: Observable<unknown>;
  /** The reader has left, as `| head` does. */
  readonly gone$: Observable<unknown>;
  /** Completes when all is written, or when the reader stops reading. Reports lost lines on stderr. */
  readonly flushed$: Observable<never>;
}

export interface ScreenOptions {
  readonly output: ConsoleOutput;
  /** Reports what cannot be written, once, and at the end how much that was. */
  readonly report: (problem: string) => void;
  readonly scheduler?: SchedulerLike | undefined;
}

/** How long, in ms, a reader at the end may read nothing, and how often that is looked at. */
const PATIENCE = 500;
const LOOK = 20;

export function openScreen(
  stdout: TerminalStream & Pick<NodeJS.WritableStream, 'on' | 'addListener' | 'removeListener'>,
  env: Readonly<Record<string, string | undefined>>,
  { output, report, scheduler = asyncScheduler }: ScreenOptions,
): Screen {
  const flow = byteCredit();
  const gone$ = new Subject<void>();
  let left = false;
  let lost = 0;
  // The callback of the write reports errors.
  stdout.on('error', () => undefined);
  return {
    ...terminalOf(stdout, env),
    write: (text) => {
      flow.take(text.length);
      output.write(text, (failure) => {
        flow.give(text.length);
        if (failure === undefined || left) return;
        if (hasLeft.has(failure.code)) {
          left = true;
          gone$.next();
          return;
        }
        if (lost === 0) report(`stdout: ${failure.message}. The services run on; what cannot be printed is dropped.`);
        lost += text.split('\n').length - 1;
      });
    },
    flow,
    busy: () => output.held() > 0,
    resized$: fromEvent(stdout, 'resize').pipe(map(() => undefined)),
    gone$,
    flushed$: defer(() => (output.held() === 0 ? EMPTY : drained$(output, scheduler))).pipe(
      ignoreElements(),
      finalize(() => {
        if (lost > 0) report(`stdout: ${String(lost)} lines were not printed.`);
      }),
    ),
  };
}

/** Other errors mean that this text was not written, not that nobody reads on. */
const hasLeft: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

function drained$({ held }: ConsoleOutput, scheduler: SchedulerLike): Observable<unknown> {
  return interval(LOOK, scheduler).pipe(
    scan(
      ({ before, since }, look) => {
        const now = held();
        return { before: now, since: now === before ? since : look, look };
      },
      { before: held(), since: 0, look: 0 },
    ),
    takeWhile(({ before, since, look }) => before > 0 && (look - since) * LOOK < PATIENCE),
  );
}

export interface PinOptions<T> {
  /** What the table shows; a first value comes at once. */
  readonly state$: Observable<T>;
  /** The lines of the table, now. */
  readonly draw: (state: T) => readonly string[];
  readonly columns: () => number;
  /** Whether what was written before waits still: the table is not drawn again for a terminal that is stopped. */
  readonly busy: () => boolean;
  /** Draw it again, at once. */
  readonly resized$: Observable<unknown>;
  /** Ctrl-Z: the terminal is for others to write to until `suspend` returns. */
  readonly suspended$: Observable<unknown>;
  readonly suspend: () => void;
}

/** How long text may wait for the next frame, in ms, and how much of it, in characters. */
const FRAME = 200;
const FRAME_SIZE = 65_536;
/** How often the table is drawn again if nothing happens: uptimes count seconds. */
const TICK = 1_000;

/**
 * What to write to a terminal so that `text$` scrolls by above a table that stays in its place.
 *
 * ```text
 * text$     ---a-b-------|
 * pinned$   t-----(abt)--(t|)        t: the table
 * ```
 *
 * A frame erases the last table, prints what text there is, and draws the table again, all in one write: no flicker.
 * The cursor rests below it, visible, so that nothing has to be put back, however this ends.
 */
export function pinnedTable$<T>(
  text$: Observable<string>,
  { state$, draw, columns, busy, resized$, suspended$, suspend }: PinOptions<T>,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<string> {
  return defer(() => {
    let drawn: readonly string[] = [];
    return text$.pipe(
      connect((text$) =>
        merge(
          text$.pipe(
            batchTime(FRAME, { maxSize: FRAME_SIZE, sizeOf: (text) => text.length }, scheduler),
            map((texts) => texts.join('')),
          ),
          merge(interval(TICK, scheduler).pipe(filter(() => !busy())), resized$, suspended$.pipe(tap(leave))).pipe(
            map(() => ''),
            takeUntil(text$.pipe(ignoreElements(), endWith(true))),
          ),
        ),
      ),
      startWith(''),
      endWith(''),
      withLatestFrom(state$),
      map(([text, state]) => {
        const erased = erase(drawn, columns());
        drawn = draw(state);
        return `${erased}${text}${drawn.map((line) => `${line}\n`).join('')}`;
      }),
    );

    /** What stands there now belongs to what others have written; the next table is drawn below all of it. */
    function leave(): void {
      drawn = [];
      suspend();
    }
  });
}

/** Up to where the table begins, and clear from there. A terminal that has become narrower has wrapped its lines. */
function erase(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  return rows === 0 ? '' : `\r\u001B[${rows}A\u001B[J`;
}
