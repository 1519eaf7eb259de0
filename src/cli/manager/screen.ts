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
import { formatCount } from '../format/units.js';
import { type Terminal, terminalOf, type TerminalStream } from '../io.js';

/** The output of a command that runs services. When `live`, it shows the table. */
export interface Screen extends Terminal {
  readonly write: (text: string) => void;
  /** Counts pending characters, so that children whose output is shown write at the pace of the reader. */
  readonly flow: ByteCredit;
  /** True while text waits to be written. */
  readonly busy: () => boolean;
  readonly resized$: Observable<unknown>;
  /** Emits when the reader has closed the pipe, as `head` does. */
  readonly gone$: Observable<unknown>;
  /**
   * Completes when everything is written, or when the reader has stopped reading. Then reports the lines that were
   * lost.
   */
  readonly flushed$: Observable<never>;
}

export interface ScreenOptions {
  readonly output: ConsoleOutput;
  /** Reports the first failed write and, at the end, the number of lost lines. */
  readonly report: (problem: string) => void;
  readonly scheduler?: SchedulerLike | undefined;
}

/** At the end, how long to wait for a reader that reads nothing, and how often to check, in ms. */
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
        if (lost === 0)
          report(`stdout: ${failure.message}. The services go on; output that cannot be printed is dropped.`);
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
        if (lost > 0) report(`stdout: ${formatCount(lost, 'line')} not printed.`);
      }),
    ),
  };
}

/** Errors of a closed pipe. After any other error, later writes may succeed. */
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
