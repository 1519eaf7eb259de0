import { defer, EMPTY, finalize, interval, mergeMap, NEVER, Observable, take, takeWhile, throwError } from 'rxjs';
import type { Effects } from '../effects.js';
import type { ProbePlace } from './check$.js';
import { cookieEnv } from './launchEnv.js';
import { signalLiveProcesses } from './signalRemains.js';

/** The effects that start a program and end all processes that it has started. */
export type TreeEffects = Pick<Effects, 'spawn' | 'kill' | 'liveProcesses' | 'cookie'>;

/** How often the end of a killed program is looked at, in ms, and how often at most. */
const POLL = 10;
const POLLS = 100;

/**
 * Runs a program once: completes when it exits with 0, else errors.
 *
 * It is started as a child is, in a group of its own, with a cookie and under the guardian, so nothing of it outlives the
 * check: neither what the program leaves behind, nor the program itself when the check is unsubscribed from or the
 * manager ends.
 */
export function execCheck$(
  [file = '', ...args]: readonly string[],
  { cwd, env, umask }: ProbePlace,
  effects: TreeEffects,
): Observable<never> {
  return new Observable<never>((subscriber) => {
    const cookie = effects.cookie();
    const program = effects.spawn(
      {
        file,
        args,
        cwd,
        env: { ...env, ...cookieEnv(cookie) },
        umask,
        cookie,
        stopSignal: 'SIGKILL',
        grace: 0,
        ipc: false,
        direct: { stdout: undefined, stderr: undefined },
      },
      { maxLineLength: Infinity, pause$: NEVER, raw: true },
    );
    const { pid, startTime, forks } = program;
    const end$ = program.processEvent$.pipe(
      mergeMap((event) => {
        if (event.type === 'error') return throwError(() => event.error);
        return event.type === 'exit' ? [event] : [];
      }),
      take(1),
      mergeMap(({ code, signal }) =>
        code === 0 ? EMPTY : throwError(() => new Error(`${file}: ${signal ?? `exit code ${String(code)}`}`)),
      ),
    );
    subscriber.add(end$.subscribe(subscriber));
    return () => {
      if (pid === undefined) return;
      const mark = { pgid: pid, startTime, forks, cookie };
      const isLeft = (): boolean => {
        signalLiveProcesses(mark, 'SIGKILL', effects);
        return effects.liveProcesses(mark).length > 0;
      };
      const left$ = defer(() => (isLeft() ? interval(POLL) : EMPTY)).pipe(
        takeWhile((polls) => polls < POLLS && isLeft()),
        finalize(program.release),
      );
      left$.subscribe({ error: () => undefined });
    };
  });
}
