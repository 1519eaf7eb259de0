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
import { poll$ } from './check$.js';
import { isChildNotice } from './messageSender.js';

export interface ReadinessContext {
  readonly plan: Pick<Plan, 'ready' | 'readyTimeout' | 'liveness'>;
  /** Whether the run was asked to end: then it will not be ready any more, nor has to answer. */
  readonly asked: () => boolean;
  readonly effects: Pick<Effects, 'check$'>;
  readonly scheduler: SchedulerLike;
}

/** Whether a run is well: each emits once, or never. */
export interface Readiness {
  /** It is ready. */
  readonly ready$: Observable<unknown>;
  /** The error of a pattern for a line that takes too long to match. */
  readonly unreadable$: Observable<unknown>;
  /** It was not ready in time. */
  readonly late$: Observable<unknown>;
  /** It was ready, and answers no longer. */
  readonly dead$: Observable<unknown>;
}

export function readiness(processEvent$: Observable<ProcessEvent>, context: ReadinessContext): Readiness {
  const { plan, asked, effects, scheduler } = context;
  const spawn$ = processEvent$.pipe(
    filter(({ type }) => type === 'spawn'),
    take(1),
  );
  const over$ = processEvent$.pipe(filter(({ type }) => type === 'exit'));
  const sign$ = (ready: Plan['ready']): Observable<unknown> =>
    typeof ready === 'string' || 'line' in ready
      ? processEvent$.pipe(filter(isReady(ready)))
      : spawn$.pipe(
          switchMap(() => poll$(ready, effects, scheduler)),
          takeWhile(() => !asked()),
          filter(({ ok }) => ok),
        );
  // Shared: a probe is not made twice, nor is a line matched twice.
  const signs$ = sign$(plan.ready).pipe(take(1), share());
  const ready$ = signs$.pipe(
    catchError(() => EMPTY),
    filter(() => !asked()),
    takeUntil(over$),
    share(),
  );
  const unreadable$ = signs$.pipe(
    ignoreElements(),
    catchError((error: unknown) => of(error)),
    takeUntil(over$),
  );
  const late$ = spawn$.pipe(
    switchMap(() => (plan.ready === 'spawn' ? EMPTY : deadline$(plan.readyTimeout, scheduler))),
    takeUntil(merge(ready$, over$)),
    filter(() => !asked()),
  );
  const { liveness } = plan;
  const dead$ =
    liveness === undefined
      ? EMPTY
      : ready$.pipe(
          switchMap(() => poll$(liveness, effects, scheduler)),
          takeWhile(() => !asked()),
          filter(({ alive }) => !alive),
          take(1),
          takeUntil(over$),
        );
  return { ready$, unreadable$, late$, dead$ };
}

/**
 * Whether something that happened makes the child ready in the sense of `ChildSpec.ready`.
 *
 * @returns a function that throws RxvisorError with code `ERR_TIMEOUT` when its pattern takes too long
 */
export function isReady(ready: Exclude<Plan['ready'], ProbePlan>): (event: ProcessEvent) => boolean {
  if (ready === 'spawn') return ({ type }) => type === 'spawn';
  if (typeof ready === 'string') {
    const word = ready === 'message' ? 'ready' : ready;
    return (happening) => happening.type === 'message' && says(happening.message, word);
  }
  const matches = matcher(ready.line);
  const shows = (text: string): boolean => matches(stripBlock(text.slice(0, -1)).split('\n'));
  return (happening) =>
    (happening.type === 'output' && shows(happening.text)) ||
    (happening.type === 'bytes' && shows(decodeChunks(happening.chunks)));
}

/** A program made for pm2 says that it is ready in a word of its own. */
function says(message: unknown, word: 'ready' | 'listening'): boolean {
  return isChildNotice(message) ? message.rxvisor === word : word === 'ready' && message === word;
}

/** Whether any of the lines matches. */
function matcher(line: RegExp | string): (lines: readonly string[]) => boolean {
  if (typeof line === 'string') return (lines) => lines.some((text) => text.includes(line));
  return (lines) =>
    matching(
      line,
      lines.map((text) => text.replace(/\r$/, '')),
    ).length > 0;
}
