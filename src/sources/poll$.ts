import {
  catchError,
  concat,
  defer,
  exhaustMap,
  map,
  merge,
  type Observable,
  of,
  scan,
  type SchedulerLike,
  take,
  timer,
} from 'rxjs';
import type { Effects } from '../effects.js';
import { describeError } from '../model/describeError.js';
import type { ProbePlan } from '../model/plan.js';
import { deadline$ } from '../operators/lateTimer$.js';

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
