import {
  asyncScheduler,
  defer,
  EMPTY,
  finalize,
  fromEvent,
  ignoreElements,
  interval,
  map,
  type Observable,
  scan,
  type SchedulerLike,
  Subject,
  takeWhile,
} from 'rxjs';
import { type ByteCredit, byteCredit } from '../../operators/byteCredit.js';
import type { ConsoleOutput } from '../../sinks/consoleOutput.js';
import { type Terminal, terminalOf, type TerminalStream } from '../io.js';

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
const STALL_TIMEOUT = 500;
const POLL_INTERVAL = 20;

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
        if (CLOSED_CODES.has(failure.code)) {
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
const CLOSED_CODES: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

function drained$({ held }: ConsoleOutput, scheduler: SchedulerLike): Observable<unknown> {
  return interval(POLL_INTERVAL, scheduler).pipe(
    scan(
      ({ before, since }, look) => {
        const now = held();
        return { before: now, since: now === before ? since : look, look };
      },
      { before: held(), since: 0, look: 0 },
    ),
    takeWhile(({ before, since, look }) => before > 0 && (look - since) * POLL_INTERVAL < STALL_TIMEOUT),
  );
}
