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

/** Stops the processes that a manager leaves behind, even if the manager was killed. */
export interface Guardian {
  /** The guarded process groups. */
  readonly groups: ReadonlyMap<number, unknown>;
  /** Starts the guardian, unless it runs. Call it before a child starts, so that no child runs unguarded. */
  readonly ensureStarted: () => void;
  /** Adds a process group. The guardian stops it when the manager ends. */
  readonly guard: (group: GuardedGroup) => void;
  /** Removes a process group that is empty. */
  readonly release: (pgid: number) => void;
  /** The error, each time that the guardian begins to fail. A subscriber also gets it at once while the guardian is failing. */
  readonly failed$: Observable<unknown>;
}

/** A process group, and how to stop it. */
export interface GuardedGroup {
  readonly pgid: number;
  /** The start time of its leader, as in `/proc`. */
  readonly startTime: string | undefined;
  readonly stopSignal: NodeJS.Signals;
  /** In ms. */
  readonly grace: number;
  /** `'session'`: also stop the other groups in the session of its leader. */
  readonly scope: 'group' | 'session';
}

/** How many ms the guardian runs on without groups. A child that restarts finds it running. */
const LINGER = 1_000;
/** A guardian that ends within as many ms has failed to start. */
const MIN_UPTIME = 1_000;
/** Delays before a failed guardian is started again, in ms. The last one repeats. */
const RETRY_DELAYS = [100, 500, 1_000, 5_000, 10_000, 30_000];
/** The maximum number of unread bytes. A guardian that leaves more unread is replaced: it may be suspended, for example. */
const MAX_UNREAD = 65_536;

/**
 * Runs a small shell that outlives the manager and holds the read end of a pipe from it, see `guardian/guardian.sh`.
 *
 * Each manager has one. It starts with the first child and ends after the last. If it dies, it is started again at once. If it
 * cannot start, or dies within a second, it is started again after a delay, and with the next child.
 *
 * @param start starts the program with a pipe as its stdin
 * @param scheduler for the delays. Default `asyncScheduler`
 */
export function guardian(start: () => ChildProcess, scheduler: SchedulerLike = asyncScheduler): Guardian {
  const groups = new Map<number, string>();
  const failure$ = new Subject<unknown>();
  let shell: ChildProcess | undefined;
  let dismissTimer: NodeJS.Timeout | undefined;
  let pendingRelease = '';
  let failures = 0;
  let lastError: unknown;
  let retry = Subscription.EMPTY;

  return {
    groups,
    ensureStarted,
    guard,
    release,
    failed$: concat(
      defer(() => (shell === undefined && failures > 0 ? of(lastError) : EMPTY)),
      failure$,
    ),
  };

  function ensureStarted(): void {
    clearTimeout(dismissTimer);
    if (shell === undefined) startShell();
  }

  function startShell(): void {
    retry.unsubscribe();
    const startedAt = scheduler.now();
    let started: ChildProcess;
    try {
      started = start();
    } catch (error) {
      // Node throws some failures. None may prevent the start of a child.
      onFailure(error);
      return;
    }
    shell = started;
    // The shell must not keep the manager alive, and its failures must not end the manager.
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    started.stdin?.on('error', () => undefined);
    started.on('error', (error) => {
      if (shell === started && started.pid === undefined) onFailure(error);
    });
    started.on('exit', (code, signal) => {
      if (shell !== started) return;
      if (scheduler.now() - startedAt < MIN_UPTIME) {
        onFailure(
          Object.assign(new Error(`the guardian ended: ${signal ?? `code ${String(code)}`}`), { code: 'EXIT' }),
        );
        return;
      }
      shell = undefined;
      failures = 0;
      if (groups.size > 0) startShell();
    });
    for (const line of groups.values()) write(line);
  }

  function onFailure(error: unknown): void {
    shell = undefined;
    lastError = error;
    failures += 1;
    if (groups.size > 0) scheduleRetry();
    if (failures === 1) failure$.next(error);
  }

  function scheduleRetry(): void {
    retry.unsubscribe();
    retry = timer(RETRY_DELAYS[Math.min(failures, RETRY_DELAYS.length) - 1] ?? 0, scheduler).subscribe({
      next: startShell,
      error: onFailure,
    });
  }

  function guard({ pgid, startTime, stopSignal, grace, scope }: GuardedGroup): void {
    const signal = constants.signals[stopSignal];
    const line = `+${[pgid, startTime ?? '0', signal, Math.ceil(grace), scope].map(String).join(':')}`;
    groups.set(pgid, line);
    write(pendingRelease + line);
    pendingRelease = '';
    if (shell === undefined && retry.closed) scheduleRetry();
  }

  function release(pgid: number): void {
    if (!groups.delete(pgid)) return;
    // Wait: a new run may start in this turn. Then one write, which wakes the shell once, does for both.
    if (pendingRelease === '') setImmediate(flushRelease);
    pendingRelease += `-${String(pgid)}\n`;
    if (groups.size > 0) return;
    retry.unsubscribe();
    dismissTimer = setTimeout(dismiss, LINGER).unref();
  }

  function flushRelease(): void {
    if (pendingRelease !== '') shell?.stdin?.write(pendingRelease);
    pendingRelease = '';
  }

  function dismiss(): void {
    write('q');
    shell?.stdin?.end();
    shell = undefined;
    failures = 0;
  }

  function write(line: string): void {
    shell?.stdin?.write(`${line}\n`);
    if ((shell?.stdin?.writableLength ?? 0) > MAX_UNREAD) shell?.kill('SIGKILL');
  }
}

/**
 * Starts the shell of the guardian.
 *
 * It inherits the cookies of the managers above this one, in its environment, so they can kill it. The cookie of this manager is
 * only an argument.
 */
export function startGuardian(cookie: string): ChildProcess {
  const script = fileURLToPath(new URL('../../guardian/guardian.sh', import.meta.url));
  // A shell cannot read a file in an ASAR archive. Node in Electron can.
  const source =
    asarUnpackedPath(script) === script ? [script] : ['-c', readFileSync(script, 'utf8'), 'rxvisor-guardian'];
  return spawn('/bin/sh', [...source, cookie], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
