import { Observable, type SchedulerLike, Subject, Subscription } from 'rxjs';
import type { Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';
import type { Launch, OutputReading, ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';

export interface FakeRunContext {
  readonly pid: number;
  readonly launch: Launch;
  readonly reading: OutputReading;
  readonly scheduler: SchedulerLike;
  /** For a child that writes its log by itself. */
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

/** What the system does with a signal that a program does not handle, where that is not to end the program. signal(7) */
const HARMLESS: readonly NodeJS.Signals[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', 'SIGSTOP', 'SIGTSTP'];

export function fakeRun({ acts, onStop }: Script, context: FakeRunContext): FakeRun {
  const { pid, launch, reading, scheduler, append, onSent, onEnd } = context;
  const processEvent$ = new Subject<ProcessEvent>();
  const playing = new Subscription();
  let alive = true;
  let killed = false;
  let asked = false;
  /** It has said that it imports `rxvisor/child`: it stops when it is told to. */
  let handlesStop = false;

  return {
    alive: () => alive && !killed,
    // Nothing lives on after a SIGKILL, though its exit is told only in a moment.
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
        // Throws on what the channel could not carry, as Node does.
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

  /** To many programs a second signal means to drop everything; to this one it means nothing. */
  function stopBySignal(asks: NodeJS.Signals, code: number | null, signal: NodeJS.Signals | null): void {
    if (asked) return;
    const ms = typeof onStop === 'function' ? onStop(asks) : onStop;
    if (ms === 'ignore') return;
    asked = true;
    endIn(ms, code, signal);
  }

  /** Never here and now: no program ends before the call returns that signals it. */
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

function isStop(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'stopping' in message && message.stopping === true;
}

/** What a fake child does: lines it writes, a code it exits with, or either in full, with the fields of its event. */
export type FakeAction =
  | string
  | number
  | ({ readonly type: 'output' } & Pick<Output, 'text'> & Partial<Pick<Output, 'stream'>>)
  | ({ readonly type: 'message' } & Pick<Message, 'message'>)
  | ({ readonly type: 'exited' } & Partial<Pick<Exited, 'code' | 'signal'>>)
  | ({ readonly type: 'spawnFailed' } & Partial<Pick<SpawnFailed, 'code' | 'message'>>);

/** What it does when it is asked to stop: ends after so many ms, or nothing. By signal, if need be. */
export type StopBehaviour = number | 'ignore' | ((signal: NodeJS.Signals) => number | 'ignore');

/** One run, act by act; times in ms from the spawn. */
export interface Script {
  readonly acts: readonly { readonly at: number; readonly step: ScriptStep }[];
  readonly onStop: StopBehaviour;
}

export type ScriptStep =
  | { readonly type: 'spawn' }
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'fail'; readonly code: string; readonly message: string };
