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

/** Asks a target once: completes when it passes, else errors with a message that says why. */
export function check$(target: ProbeTarget, place: ProbePlace, effects: TreeEffects): Observable<never> {
  if ('http' in target) return http$(target.http);
  if ('tcp' in target) return tcp$(target.tcp);
  return execCheck$(target.exec, place, effects);
}

function http$(url: string): Observable<never> {
  // Loaded when it is needed: a manager without such a probe need not pay for it.
  const library = (): Promise<Pick<typeof Http, 'get'>> =>
    url.startsWith('https:') ? import('node:https') : import('node:http');
  return defer(() => from(library())).pipe(
    switchMap(
      ({ get }) =>
        new Observable<never>((subscriber) => {
          // No agent: a connection that is kept would answer for a server that takes no new ones.
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

/** How one poll went. */
export interface ProbeResult {
  readonly ok: boolean;
  /** How many polls in a row have failed, with this one. */
  readonly failures: number;
  /** Whether these are fewer than the probe allows. */
  readonly alive: boolean;
  /** Why it failed. */
  readonly message?: string;
}

/** Polls by a plan: asks at once, then every `plan.every` ms, and never again while an answer is awaited. */
export function poll$(
  plan: ProbePlan,
  effects: Pick<Effects, 'check$'>,
  scheduler: SchedulerLike,
): Observable<ProbeResult> {
  const { every, timeout, failures: allowed } = plan;
  const answer$ = defer(() =>
    merge(
      concat(
        defer(() => effects.check$(plan)),
        of(undefined),
      ).pipe(catchError((error: unknown) => of(reasonOf(error)))),
      deadline$(timeout, scheduler).pipe(map(() => `no answer within ${String(timeout)} ms`)),
    ).pipe(take(1)),
  );
  return timer(0, every, scheduler).pipe(
    exhaustMap(() => answer$),
    scan(toResult, well),
  );

  function toResult(last: ProbeResult, message: string | undefined): ProbeResult {
    if (message === undefined) return well;
    const failures = last.failures + 1;
    return { ok: false, failures, alive: failures < allowed, message };
  }
}

const well: ProbeResult = { ok: true, failures: 0, alive: true };

/** Where a name has several addresses, and none of them answers, Node's error has a code only. */
function reasonOf(error: unknown): string {
  const { code, message } = describeError(error);
  return message === '' ? code : message;
}
