import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { distinctUntilChanged, filter, firstValueFrom, map, ReplaySubject } from 'rxjs';
import type { RxvisorError } from '../model/errors.js';
import { idsOf } from '../wire/idsOf.js';
import { answers } from './answers.js';
import { checkSize } from './checkSize.js';
import { createCrew } from './crew.js';
import { createDesk } from './desk.js';
import { ending } from './ending.js';
import { stopped } from './stopped.js';
import { gaveUp } from './gaveUp.js';
import { healths } from './healths.js';
import { hearWorkers } from './hearWorkers.js';
import { planWorkers, type WorkerSpec } from './planWorkers.js';
import type { Pool } from './pool.js';
import { poolEvents } from './poolEvents.js';
import { planPool } from './planPool.js';
import type { PoolOptions } from './poolOptions.js';
import type { PoolStatus } from './poolStatus.js';
import { recycler } from './recycler.js';
import { request$ } from './request$.js';
import type { RequestOptions } from './requestOptions.js';
import { sizing } from './sizing.js';
import { statusOf } from './statusOf.js';

/**
 * A pool of worker processes that answers requests.
 *
 * The workers are children of a supervisor, so that what the core does for its children it does for them: restarts on a
 * schedule, logs, stops that leave nothing behind. A worker imports `rxvisor/worker`, serves, and says that it is ready.
 *
 * @param spec what to run, and how many of it
 * @param options how requests are queued, given to workers, and given up
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
  const workers = planWorkers(spec, plan.effects);
  const seed = randomUUID();
  const status$ = new ReplaySubject<PoolStatus>(1);
  let size = workers.size ?? availableParallelism();
  let lastNumber = 0;

  const crew = createCrew({
    spec: workers.spec,
    plan,
    seed,
    onFrame: (slot, type, id, value, more) => hear(slot, type, id, value, more),
    onDeath: (slot) => desk.bereave(slot),
    onLeaving: (slot) => desk.release(slot),
    onChange,
  });
  const { slots, supervisor } = crew;
  const desk = createDesk({
    plan,
    slots,
    grace: workers.spec.grace ?? 200,
    onDeaf: ({ id }) => void supervisor.restart(id),
  });
  const recycling = recycler({ plan, ...crew });
  const events = poolEvents(slots, plan.maxFrame);
  const health = healths(slots, plan.scheduler);
  const end = ending({
    desk,
    crew,
    onEnding: () => {
      recycling.stop();
      publish();
    },
    onEnd: () => {
      publish();
      for (const { end } of [events, health]) end();
      status$.complete();
    },
  });
  const requests = answers({
    idOf: idsOf(seed),
    drop: desk.drop,
    onRoom: (slot) => {
      desk.pump();
      if (slot.held.size() === 0) crew.tend(slot);
      recycling.check(slot);
      end.tend();
    },
  });
  const hear = hearWorkers({ requests, crew, desk, events, health, recycling, onChange });

  const context = { plan, desk, nextNumber: () => (lastNumber += 1) };
  supervisor.onStopping(() => void end.hardStop());
  while (slots.length < size) crew.add();

  const told$ = status$.asObservable();
  return {
    request$: <T>(payload?: unknown, options: RequestOptions = {}) => request$<T>(context, payload, options),
    status$: told$,
    online$: told$.pipe(
      filter(({ state }) => state !== 'draining' && state !== 'stopped'),
      distinctUntilChanged((before, now) => before.state === now.state),
      map((status) => {
        if (status.state === 'failed') throw gaveUp(size);
        return status;
      }),
      filter(({ state }) => state === 'online'),
    ),
    spawned$: crew.spawned$,
    health$: health.health$,
    event$: supervisor.event$,
    broadcast: events.broadcast,
    on$: events.on$,
    resize,
    softStop: end.softStop,
    hardStop: end.hardStop,
    [Symbol.asyncDispose]: end.softStop,
    // Added up: without a worker, an infinite concurrency is none.
    capacity: () =>
      slots.reduce((sum, { state, leaving }) => (state === 'ready' && !leaving ? sum + plan.concurrency : sum), 0),
  };

  function onChange(): void {
    recycling.tend();
    const hopeless = slots.every(({ state }) => state === 'failed');
    const error = (): RxvisorError => gaveUp(size);
    if (end.state() === 'open') desk.close(hopeless ? error : undefined);
    if (hopeless) desk.failAll(error, false);
    publish();
    end.tend();
  }

  function publish(): void {
    const staying = slots.filter((slot) => !slot.leaving && !recycling.isSpare(slot));
    const online = staying.length >= size && staying.every(({ state }) => state === 'ready' || state === 'busy');
    const failed = slots.length > 0 && slots.every(({ state }) => state === 'failed');
    const life = end.state();
    const open = failed ? 'failed' : online ? 'online' : 'starting';
    status$.next({
      state: life === 'open' ? open : life,
      size,
      queued: desk.queued(),
      outstanding: slots.reduce((sum, { held }) => sum + held.size(), 0),
      workers: slots.map(statusOf),
    });
  }

  async function resize(to: number): Promise<void> {
    checkSize(to);
    if (end.state() !== 'open') throw stopped();
    size = to;
    const { dead, surplus, missing } = sizing(slots, size, recycling.isSpare);
    const fresh = Array.from({ length: missing }, crew.add);
    const gone = [...dead.map(crew.discard), ...surplus.map(crew.leave)];
    publish();
    const settled$ = status$.pipe(filter(() => fresh.every(({ state, leaving }) => leaving || state !== 'starting')));
    await Promise.all([...gone, firstValueFrom(settled$, { defaultValue: undefined })]);
  }
}
