import {
  catchError,
  EMPTY,
  filter,
  ignoreElements,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  share,
  switchMap,
  take,
  takeUntil,
  takeWhile,
} from 'rxjs';
import type { Effects } from '../model/effects.js';
import { decodeChunks } from '../model/rawOutput.js';
import type { ProcessEvent } from '../model/spawnedProcess.js';
import type { Plan } from '../model/spec/plan.js';
import type { ProbePlan } from '../model/spec/probe.js';
import { deadline$ } from '../operators/deadline.js';
import { stripBlock } from '../operators/stripAnsi.js';
import { matching } from '../system/matching.js';
import { poll$ } from './probes.js';
import { isChildNotice } from './messageSender.js';

export interface ReadinessContext {
  readonly plan: Pick<Plan, 'ready' | 'readyTimeout' | 'liveness'>;
  /** Whether a stop was requested. From then on nothing is emitted. */
  readonly stopRequested: () => boolean;
  readonly effects: Pick<Effects, 'check$'>;
  readonly scheduler: SchedulerLike;
}

/** Readiness and liveness of a run. Each Observable emits at most once. */
export interface Readiness {
  readonly ready$: Observable<unknown>;
  /** The run was not ready within `readyTimeout`. */
  readonly timedOut$: Observable<unknown>;
  /** The error of a `ready.line` pattern that takes too long to match. */
  readonly patternFailed$: Observable<unknown>;
  /** The run was ready, and now its liveness probe fails. */
  readonly unhealthy$: Observable<unknown>;
}

/** Watches whether a run becomes ready in time, and whether it stays healthy. */
export function readiness(processEvent$: Observable<ProcessEvent>, context: ReadinessContext): Readiness {
  const { plan, stopRequested, effects, scheduler } = context;
  const spawn$ = processEvent$.pipe(
    filter(({ type }) => type === 'spawn'),
    take(1),
  );
  const exit$ = processEvent$.pipe(filter(({ type }) => type === 'exit'));
  const readiness$ = (ready: Plan['ready']): Observable<unknown> =>
    typeof ready === 'string' || 'line' in ready
      ? processEvent$.pipe(filter(isReady(ready)))
      : spawn$.pipe(
          switchMap(() => poll$(ready, effects, scheduler)),
          takeWhile(() => !stopRequested()),
          filter(({ ok }) => ok),
        );
  // Shared, so that each probe and each match is made once.
  const firstReady$ = readiness$(plan.ready).pipe(take(1), share());
  const ready$ = firstReady$.pipe(
    catchError(() => EMPTY),
    filter(() => !stopRequested()),
    takeUntil(exit$),
    share(),
  );
  const patternFailed$ = firstReady$.pipe(
    ignoreElements(),
    catchError((error: unknown) => of(error)),
    takeUntil(exit$),
  );
  const timedOut$ = spawn$.pipe(
    switchMap(() => (plan.ready === 'spawn' ? EMPTY : deadline$(plan.readyTimeout, scheduler))),
    takeUntil(merge(ready$, exit$)),
    filter(() => !stopRequested()),
  );
  const { liveness } = plan;
  const unhealthy$ =
    liveness === undefined
      ? EMPTY
      : ready$.pipe(
          switchMap(() => poll$(liveness, effects, scheduler)),
          takeWhile(() => !stopRequested()),
          filter(({ alive }) => !alive),
          take(1),
          takeUntil(exit$),
        );
  return { ready$, timedOut$, patternFailed$, unhealthy$ };
}

/**
 * Makes a predicate: whether an event makes the child ready, by `ChildSpec.ready`.
 *
 * @returns the predicate. It throws RxvisorError with code `ERR_TIMEOUT` when its pattern takes longer than 1 s
 */
export function isReady(ready: Exclude<Plan['ready'], ProbePlan>): (event: ProcessEvent) => boolean {
  if (ready === 'spawn') return ({ type }) => type === 'spawn';
  if (typeof ready === 'string') {
    const word = ready === 'message' ? 'ready' : ready;
    return (event) => event.type === 'message' && isNotice(event.message, word);
  }
  const matchesLine = lineMatcher(ready.line);
  const matchesText = (text: string): boolean => matchesLine(stripBlock(text.slice(0, -1)).split('\n'));
  return (event) =>
    (event.type === 'output' && matchesText(event.text)) ||
    (event.type === 'bytes' && matchesText(decodeChunks(event.chunks)));
}

/** A program for pm2 sends the string `'ready'`. */
function isNotice(message: unknown, word: 'ready' | 'listening'): boolean {
  return isChildNotice(message) ? message.rxvisor === word : word === 'ready' && message === word;
}

/** Makes a predicate: whether any of the lines matches. */
function lineMatcher(line: RegExp | string): (lines: readonly string[]) => boolean {
  if (typeof line === 'string') return (lines) => lines.some((text) => text.includes(line));
  return (lines) =>
    matching(
      line,
      lines.map((text) => text.replace(/\r$/, '')),
    ).length > 0;
}
