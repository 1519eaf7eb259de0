import { Observable, type SchedulerLike, Subject, Subscription } from 'rxjs';
import type { Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';
import type { Launch, OutputReading, ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';

/** An action of a fake child: a string is a line of output, a number is an exit code, an object has the fields of its event. */
export type FakeAction =
  | string
  | number
  | ({ readonly type: 'output' } & Pick<Output, 'text'> & Partial<Pick<Output, 'stream'>>)
  | ({ readonly type: 'message' } & Pick<Message, 'message'>)
  | ({ readonly type: 'exited' } & Partial<Pick<Exited, 'code' | 'signal'>>)
  | ({ readonly type: 'spawnFailed' } & Partial<Pick<SpawnFailed, 'code' | 'message'>>);

/** The reaction to a request to stop: end after this many ms, or `'ignore'`; or a function of the signal that returns one of these. */
export type StopBehaviour = number | 'ignore' | ((signal: NodeJS.Signals) => number | 'ignore');

/** The actions of one run. Times are in ms from the spawn. */
export interface Script {
  readonly acts: readonly { readonly at: number; readonly step: ScriptStep }[];
  readonly onStop: StopBehaviour;
}

/** One action of a run. */
export type ScriptStep =
  | { readonly type: 'spawn' }
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'fail'; readonly code: string; readonly message: string };

/** What a run needs from its fake. */
export interface FakeRunContext {
  readonly pid: number;
  readonly launch: Launch;
  readonly reading: OutputReading;
  readonly scheduler: SchedulerLike;
  /** Writes to a log file, for a child with `log.direct`. */
  readonly append: (path: string, text: string) => void;
  readonly onSent: (message: unknown) => void;
  readonly onEnd: () => void;
}

/** A run that plays a script instead of a program. */
export interface FakeRun {
  readonly process: SpawnedProcess;
  readonly alive: () => boolean;
  readonly signal: (signal: NodeJS.Signals) => void;
}

export function fakeRun({ acts, onStop }: Script, context: FakeRunContext): FakeRun {
  const { pid, launch, reading, scheduler, append, onSent, onEnd } = context;
  const processEvent$ = new Subject<ProcessEvent>();
  const playing = new Subscription();
  let alive = true;
  let killed = false;
  let asked = false;
  /** After `ready()`: the program imports `rxvisor/child`, and so it handles the stop message. */
  let handlesStop = false;

  return {
    alive: () => alive && !killed,
    // After a SIGKILL it is not alive any more, although its exit is emitted later.
    signal: (signal) => {
      if (signal === 'SIGKILL') {
        killed = true;
        endIn(0, null, signal);
      } else if (!HARMLESS.includes(signal)) stopBySignal(signal, null, signal);
    },
    process: {
      pid,
      startTime: String(pid),
      processEvent$: new Observable((subscriber) => {
        subscriber.add(processEvent$.subscribe(subscriber));
        for (const { at, step } of acts) {
          playing.add(
            scheduler.schedule(() => {
              perform(step);
            }, at),
          );
        }
      }),
      connected: () => alive && launch.ipc !== false,
      send: (message, _handle, onResult) => {
        // As in Node, this throws for a message that cannot be encoded.
        if (launch.ipc === 'json') JSON.stringify(message);
        else structuredClone(message);
        onSent(message);
        onResult?.(undefined);
        if (handlesStop && isStop(message)) stopBySignal('SIGTERM', 0, null);
      },
      drainOutput: () => undefined,
      closeOutput: () => undefined,
      release: () => undefined,
    },
  };

  function perform(step: ScriptStep): void {
    if (step.type === 'spawn') processEvent$.next(step);
    if (step.type === 'output') write(step.stream, step.text);
    if (step.type === 'exit') end(step.code, step.signal);
    if (launch.ipc === false) return;
    if (step.type === 'message') processEvent$.next(step);
    if (step.type === 'ready') {
      handlesStop = true;
      processEvent$.next({ type: 'message', message: { rxvisor: 'ready' } });
    }
  }

  function write(stream: 'stdout' | 'stderr', text: string): void {
    const path = launch.direct?.[stream];
    if (path !== undefined) append(path, text);
    if (launch.direct !== undefined) return;
    processEvent$.next(
      reading.raw
        ? { type: 'bytes', stream, chunks: [Buffer.from(text)], cut: 0 }
        : { type: 'output', stream, text, cut: 0 },
    );
  }

  /** A second request has no effect. (Many programs quit at once at a second signal.) */
  function stopBySignal(asks: NodeJS.Signals, code: number | null, signal: NodeJS.Signals | null): void {
    if (asked) return;
    const ms = typeof onStop === 'function' ? onStop(asks) : onStop;
    if (ms === 'ignore') return;
    asked = true;
    endIn(ms, code, signal);
  }

  /** Always asynchronous: no program ends before the call that signals it returns. */
  function endIn(ms: number, code: number | null, signal: NodeJS.Signals | null): void {
    playing.add(
      scheduler.schedule(() => {
        end(code, signal);
      }, ms),
    );
  }

  function end(code: number | null, signal: NodeJS.Signals | null): void {
    alive = false;
    playing.unsubscribe();
    onEnd();
    processEvent$.next({ type: 'exit', code, signal });
    processEvent$.next({ type: 'drained' });
  }
}

/** Signals that do not end a program by default: see signal(7). */
const HARMLESS: readonly NodeJS.Signals[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', 'SIGSTOP', 'SIGTSTP'];

function isStop(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'stopping' in message && message.stopping === true;
}
