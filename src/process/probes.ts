import type * as Http from 'node:http';
import { connect } from 'node:net';
import {
  catchError,
  concat,
  defer,
  EMPTY,
  exhaustMap,
  finalize,
  from,
  interval,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  scan,
  type SchedulerLike,
  switchMap,
  take,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import type { ProbePlace, ProbePlan, ProbeTarget } from '../model/spec/probe.js';
import { deadline$ } from '../operators/deadline.js';
import { cookieEnv } from './launchEnv.js';
import { signalLiveProcesses } from './liveProcesses.js';

/** The effects that start a program and kill all processes that it has started. */
export type TreeEffects = Pick<Effects, 'spawn' | 'kill' | 'liveProcesses' | 'cookie'>;

/** The result of one poll. */
export interface ProbeResult {
  readonly ok: boolean;
  /** Number of consecutive failures, this one included. */
  readonly failures: number;
  /** Whether `failures` is below the limit of the probe. */
  readonly alive: boolean;
  /** Why the poll failed. */
  readonly message?: string;
}

/** Polls a target at once, then every `plan.every` ms. It skips a poll while the last one is still pending. */
export function poll$(
  plan: ProbePlan,
  effects: Pick<Effects, 'check$'>,
  scheduler: SchedulerLike,
): Observable<ProbeResult> {
  const { every, timeout, failures: allowed } = plan;
  const failure$ = defer(() =>
    merge(
      concat(
        defer(() => effects.check$(plan)),
        of(undefined),
      ).pipe(catchError((error: unknown) => of(failureText(error)))),
      deadline$(timeout, scheduler).pipe(map(() => `no answer within ${String(timeout)} ms`)),
    ).pipe(take(1)),
  );
  return timer(0, every, scheduler).pipe(
    exhaustMap(() => failure$),
    scan(nextResult, passed),
  );

  function nextResult(last: ProbeResult, message: string | undefined): ProbeResult {
    if (message === undefined) return passed;
    const failures = last.failures + 1;
    return { ok: false, failures, alive: failures < allowed, message };
  }
}

/** Checks a target once: completes if it passes, else errors with a message that says why. */
export function check$(target: ProbeTarget, place: ProbePlace, effects: TreeEffects): Observable<never> {
  if ('http' in target) return http$(target.http);
  if ('tcp' in target) return tcp$(target.tcp);
  return execCheck$(target.exec, place, effects);
}

const passed: ProbeResult = { ok: true, failures: 0, alive: true };

/** Node's error has only a code when a name has several addresses and none of them answers. */
function failureText(error: unknown): string {
  const { code, message } = describeError(error);
  return message === '' ? code : message;
}

function http$(url: string): Observable<never> {
  // A manager without HTTP probes does not load these modules.
  const library = (): Promise<Pick<typeof Http, 'get'>> =>
    url.startsWith('https:') ? import('node:https') : import('node:http');
  return defer(() => from(library())).pipe(
    switchMap(
      ({ get }) =>
        new Observable<never>((subscriber) => {
          // No agent: a kept-alive connection would answer even if the server accepts no new connections.
          const request = get(url, { agent: false, headers: { connection: 'close' } }, (response) => {
            const { statusCode = 0 } = response;
            response.destroy();
            if (statusCode >= 200 && statusCode < 400) subscriber.complete();
            else subscriber.error(new Error(`${url}: status ${String(statusCode)}`));
          });
          request.on('error', (error) => {
            subscriber.error(error);
          });
          return () => {
            request.destroy();
          };
        }),
    ),
  );
}

function tcp$(address: number | string): Observable<never> {
  return new Observable<never>((subscriber) => {
    const socket = connect(addressOf(address));
    socket.on('connect', () => {
      subscriber.complete();
    });
    socket.on('error', (error) => {
      subscriber.error(error);
    });
    return () => {
      socket.destroy();
    };
  });
}

function addressOf(address: number | string): { host: string; port: number } | { path: string } {
  if (typeof address === 'number') return { host: 'localhost', port: address };
  if (/^(\/|\\\\)/.test(address)) return { path: address };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

/** After a kill: ms between two looks at what is still alive. */
const POLL = 10;
/** The maximum number of looks. */
const MAX_POLLS = 100;

/**
 * Runs a program once: completes if it exits with 0, else errors.
 *
 * Nothing outlives the check. The program starts like a child: in its own group, with a cookie and under the guardian. So it
 * is killed, with all that it has started, when it exits, on unsubscription, and when the manager ends.
 */
function execCheck$(
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
      const run = { pgid: pid, startTime, forks, cookie };
      const isStillAlive = (): boolean => {
        signalLiveProcesses(run, 'SIGKILL', effects);
        return effects.liveProcesses(run).length > 0;
      };
      const killed$ = defer(() => (isStillAlive() ? interval(POLL) : EMPTY)).pipe(
        takeWhile((polls) => polls < MAX_POLLS && isStillAlive()),
        finalize(program.release),
      );
      killed$.subscribe({ error: () => undefined });
    };
  });
}
