import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  asyncScheduler,
  concat,
  defer,
  EMPTY,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  Subscription,
  timer,
} from 'rxjs';
import { asarUnpackedPath } from './launchEnv.js';

/** Ends what the manager leaves behind, however the manager ends. */
export interface Guardian {
  /** Sees to it that the guardian is there: before a child is started, so that there is no instant without it. */
  readonly wake: () => void;
  /** A group to be ended. */
  readonly guard: (group: GuardedGroup) => void;
  /** The group is gone. */
  readonly release: (pgid: number) => void;
  /** Why there is no guardian: at once where that is so, and each time that it begins to be so. */
  readonly failed$: Observable<unknown>;
}

/**
 * A process group and how it is ended: `startTime` of its leader as in `/proc`, `grace` in ms, `scope` `'session'` if
 * the other groups of the session that its leader leads are ended too.
 */
export interface GuardedGroup {
  readonly pgid: number;
  readonly startTime: string | undefined;
  readonly stopSignal: NodeJS.Signals;
  readonly grace: number;
  readonly scope: 'group' | 'session';
}

/** How many ms the guardian stays when there is nothing to guard: a child that is restarted finds it in place. */
const LINGER = 1_000;
/** One that has lived for as many ms has not failed to start. */
const STARTED = 1_000;
/** How many ms a guardian that has failed is waited for, the last one again and again. */
const RETRY = [100, 500, 1_000, 5_000, 10_000, 30_000];
/** How many bytes may wait for a guardian that does not read, because it was stopped, say: then it is replaced. */
const MOST_UNREAD = 65_536;

/**
 * A small shell that outlives the manager, with one end of a pipe in its hand; see `guardian/guardian.sh`. One for
 * each manager: it starts with the first child and ends after the last. One that dies is started again at once; one that
 * cannot be started, or dies at once, with the next child and after a while.
 *
 * @param start starts the program with a pipe as its stdin
 * @param scheduler for the time until it is tried again
 */
export function guardian(start: () => ChildProcess, scheduler: SchedulerLike = asyncScheduler): Guardian {
  const groups = new Map<number, string>();
  const failure$ = new Subject<unknown>();
  let shell: ChildProcess | undefined;
  let dismissTimer: NodeJS.Timeout | undefined;
  let released = '';
  let failures = 0;
  let reason: unknown;
  let retry = Subscription.EMPTY;

  return {
    wake,
    guard,
    release,
    failed$: concat(
      defer(() => (shell === undefined && failures > 0 ? of(reason) : EMPTY)),
      failure$,
    ),
  };

  function wake(): void {
    clearTimeout(dismissTimer);
    if (shell === undefined) begin();
  }

  function begin(): void {
    retry.unsubscribe();
    const startedAt = scheduler.now();
    let started: ChildProcess;
    try {
      started = start();
    } catch (error) {
      // Some failures Node throws. None may keep a child from being started.
      failed(error);
      return;
    }
    shell = started;
    // It must not keep the manager alive, and whatever becomes of it must not end the manager.
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    started.stdin?.on('error', () => undefined);
    started.on('error', (error) => {
      if (shell === started && started.pid === undefined) failed(error);
    });
    started.on('exit', (code, signal) => {
      if (shell !== started) return;
      if (scheduler.now() - startedAt < STARTED) {
        failed(Object.assign(new Error(`the guardian ended: ${signal ?? `code ${String(code)}`}`), { code: 'EXIT' }));
        return;
      }
      shell = undefined;
      failures = 0;
      if (groups.size > 0) begin();
    });
    for (const line of groups.values()) write(line);
  }

  function failed(error: unknown): void {
    shell = undefined;
    reason = error;
    failures += 1;
    if (groups.size > 0) tryAgain();
    if (failures === 1) failure$.next(error);
  }

  function tryAgain(): void {
    retry.unsubscribe();
    retry = timer(RETRY[Math.min(failures, RETRY.length) - 1] ?? 0, scheduler).subscribe({
      next: begin,
      error: failed,
    });
  }

  function guard({ pgid, startTime, stopSignal, grace, scope }: GuardedGroup): void {
    const signal = constants.signals[stopSignal];
    const line = `+${[pgid, startTime ?? '0', signal, Math.ceil(grace), scope].map(String).join(':')}`;
    groups.set(pgid, line);
    write(released + line);
    released = '';
    if (shell === undefined && retry.closed) tryAgain();
  }

  function release(pgid: number): void {
    if (!groups.delete(pgid)) return;
    // Together with the next run, if that begins in this turn: each line wakes the shell, just when a program starts.
    if (released === '') setImmediate(sendReleased);
    released += `-${String(pgid)}\n`;
    if (groups.size > 0) return;
    retry.unsubscribe();
    dismissTimer = setTimeout(dismiss, LINGER).unref();
  }

  function sendReleased(): void {
    if (released !== '') shell?.stdin?.write(released);
    released = '';
  }

  function dismiss(): void {
    write('q');
    shell?.stdin?.end();
    shell = undefined;
    failures = 0;
  }

  function write(line: string): void {
    shell?.stdin?.write(`${line}\n`);
    if ((shell?.stdin?.writableLength ?? 0) > MOST_UNREAD) shell?.kill('SIGKILL');
  }
}

/**
 * Starts the guardian's shell. It inherits the environment, and so the cookies of the managers above this one, who
 * may end it; this manager's own is only an argument.
 */
export function startGuardian(cookie: string): ChildProcess {
  const script = fileURLToPath(new URL('../../guardian/guardian.sh', import.meta.url));
  // A shell cannot read from an archive; Node in Electron can.
  const source =
    asarUnpackedPath(script) === script ? [script] : ['-c', readFileSync(script, 'utf8'), 'rxvisor-guardian'];
  return spawn('/bin/sh', [...source, cookie], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
