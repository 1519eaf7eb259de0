import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { intoUnpacked } from './asar.js';

/** Ends what the manager leaves behind, however the manager ends. */
export interface Guardian {
  /** Sees to it that the guardian is there: before a child is started, so that there is no instant without it. */
  readonly wake: () => void;
  /** A group to be ended: `startTime` of its leader as in `/proc`, `grace` in ms. */
  readonly guard: (pgid: number, startTime: string | undefined, grace: number) => void;
  /** The group is gone. */
  readonly release: (pgid: number) => void;
}

/** How many ms the guardian stays when there is nothing to guard: a child that is restarted finds it in place. */
const LINGER = 1_000;

/**
 * A small shell that outlives the manager, with one end of a pipe in its hand; see `guardian/guardian.sh`. One for
 * each manager: it starts with the first child, ends after the last, and is started again if it dies.
 *
 * @param start starts the program with a pipe as its stdin
 */
export function guardian(start: () => ChildProcess): Guardian {
  const groups = new Map<number, string>();
  let shell: ChildProcess | undefined;
  let farewell: NodeJS.Timeout | undefined;
  let released = '';

  return { wake, guard, release };

  function wake(): void {
    clearTimeout(farewell);
    if (shell !== undefined) return;
    const started = start();
    shell = started;
    // It must not keep the manager alive, and whatever becomes of it must not end the manager.
    started.unref();
    if (started.stdin instanceof Socket) started.stdin.unref();
    started.stdin?.on('error', () => undefined);
    started.on('error', () => undefined);
    started.on('exit', () => {
      if (shell !== started) return;
      shell = undefined;
      if (groups.size > 0) wake();
    });
    for (const line of groups.values()) tell(line);
  }

  function guard(pgid: number, startTime: string | undefined, grace: number): void {
    const line = `+${String(pgid)}:${startTime ?? '0'}:${String(Math.ceil(grace))}`;
    groups.set(pgid, line);
    tell(released + line);
    released = '';
  }

  function release(pgid: number): void {
    if (!groups.delete(pgid)) return;
    // Together with the next run, if that begins in this turn: each line wakes the shell, just when a program starts.
    if (released === '') setImmediate(tellReleased);
    released += `-${String(pgid)}\n`;
    if (groups.size === 0) farewell = setTimeout(dismiss, LINGER).unref();
  }

  function tellReleased(): void {
    if (released !== '') shell?.stdin?.write(released);
    released = '';
  }

  function dismiss(): void {
    tell('q');
    shell?.stdin?.end();
    shell = undefined;
  }

  function tell(line: string): void {
    shell?.stdin?.write(`${line}\n`);
  }
}

/**
 * Starts the guardian's shell. It inherits the environment, and so the cookies of the managers above this one, who
 * may end it; this manager's own is only an argument.
 */
export function startGuardian(cookie: string): ChildProcess {
  const script = fileURLToPath(new URL('../../guardian/guardian.sh', import.meta.url));
  // A shell cannot read from an archive; Node in Electron can.
  const source = intoUnpacked(script) === script ? [script] : ['-c', readFileSync(script, 'utf8'), 'rxvisor-guardian'];
  return spawn('/bin/sh', [...source, cookie], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
}
