import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  defer,
  distinctUntilChanged,
  filter,
  firstValueFrom,
  lastValueFrom,
  map,
  merge,
  of,
  startWith,
  Subject,
} from 'rxjs';
import { idSequence } from '../ipc/frames.js';
import { advanceBy } from './advance.js';
import { healths } from './healths.js';
import { performer } from './performer.js';
import { planWorkers, type WorkerSpec } from './planWorkers.js';
import type { Pool, PoolStatus } from './pool.js';
import { poolEvents } from './poolEvents.js';
import { checkSize, planPool, type PoolOptions } from './poolOptions.js';
import { request$, ticketOptions } from './request$.js';
import type { RequestOptions } from './requestOptions.js';
import type { Action, Input } from './scheduler/inputs.js';
import { gaveUp, stopped } from './scheduler/poolErrors.js';
import { capacityOf, createState, snapshot } from './scheduler/poolState.js';
import { isFresh } from './scheduler/slot.js';
import { slotTimers, workerRuns } from './workerRuns.js';

/**
 * Makes a pool of worker processes that answer requests.
 *
 * The workers are children of a supervisor, with its restarts, logs and stops. A worker imports `rxvisor/worker`, and calls `serve`
 * and `ready`.
 *
 * @param spec the script, and the number of workers
 * @param options see {@link PoolOptions}
 * @throws SpecError, or RxvisorError with code ERR_OPTION, before any effect
 * @example
 * ```ts
 * import { createPool } from 'rxvisor/pool';
 *
 * const pool = createPool({ script: 'worker.js', size: 2 }, { timeout: 5_000 });
 * pool.request$({ n: 42 }).subscribe(({ data }) => console.log(data));
 * await pool.softStop();
 * ```
 */
export function createPool(spec: WorkerSpec, options: PoolOptions = {}): Pool {
  const plan = planPool(options);
  const planned = planWorkers(spec, plan.effects);
  const seed = randomUUID();
  const state = createState({ ...plan, ...planned.scheduling }, planned.size ?? availableParallelism());
  const { slots } = state;
  const spawned$ = new Subject<{ readonly worker: number; readonly pid: number }>();
  const changed$ = new Subject<PoolStatus>();
  let lastNumber = 0;

  // Called for each frame: only `min` needs the time, for idle workers.
  const now = planned.scheduling.min === undefined ? () => 0 : () => plan.scheduler.now();
  const put: (input: Input) => void = advanceBy(state, now, (action) => perform(action));
  const events = poolEvents(slots, plan.maxFrame);
  const health = healths(slots, plan.scheduler);
  const workers = workerRuns({ spec: planned.spec, plan, seed, slots, put, onEvent: events.take });
  const { supervisor } = workers;
  const perform: (action: Action) => void = performer({
    plan,
    grace: state.plan.grace,
    idOf: idSequence(seed),
    timers: slotTimers(plan.scheduler, put),
    workers,
    put,
    onSpawned: ({ number }, pid) => spawned$.next({ worker: number, pid }),
    onWorkerAnswer: health.take,
    onChange: () => changed$.next(snapshot(state)),
    onEnded: () => {
      events.end();
      health.end();
      spawned$.complete();
      changed$.complete();
    },
  });

  const context = { plan, put, nextNumber: () => (lastNumber += 1), defaults: ticketOptions({}, plan) };
  const status$ = merge(
    changed$,
    defer(() => of(snapshot(state))),
  );
  supervisor.onStopping(() => void hardStop());
  put({ type: 'begin' });

  return {
    request$: <T>(payload?: unknown, options?: RequestOptions) => request$<T>(context, payload, options),
    status$,
    online$: status$.pipe(
      filter(({ state }) => state !== 'draining' && state !== 'stopped'),
      distinctUntilChanged((before, now) => before.state === now.state),
      map((status) => {
        if (status.state === 'failed') throw gaveUp(state);
        return status;
      }),
      filter(({ state }) => state === 'online'),
    ),
    spawned$: spawned$.asObservable(),
    health$: health.health$,
    event$: supervisor.event$,
    broadcast: events.broadcast,
    on$: events.on$,
    resize,
    softStop,
    hardStop,
    [Symbol.asyncDispose]: softStop,
    capacity: () => capacityOf(state),
  };

  async function softStop(): Promise<void> {
    put({ type: 'softStop' });
    return gone();
  }

  async function hardStop(): Promise<void> {
    put({ type: 'hardStop' });
    return gone();
  }

  async function gone(): Promise<void> {
    await lastValueFrom(changed$, { defaultValue: undefined });
  }

  async function resize(to: number): Promise<void> {
    checkSize(to);
    if (state.phase !== 'open') throw stopped();
    await new Promise<unknown>((resolve) => put({ type: 'resize', size: to, resized: () => resolve(settled()) }));
  }

  /** Starting workers are ready or have failed, and leaving workers have ended. */
  async function settled(): Promise<unknown> {
    const fresh = slots.filter(isFresh);
    const leaving = slots.filter(({ exit }) => exit !== undefined);
    const isSettled = (): boolean => !fresh.some(isFresh) && !leaving.some((slot) => slots.includes(slot));
    return firstValueFrom(changed$.pipe(map(isSettled), startWith(isSettled()), filter(Boolean)), {
      defaultValue: true,
    });
  }
}
