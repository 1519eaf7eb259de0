import type { SchedulerLike, Subscription } from 'rxjs';
import { frames, WITH_STREAM } from '../ipc/frames.js';
import type { Effects } from '../model/effects.js';
import { RxvisorError } from '../model/errors.js';
import { type RunEnd, trackRunEnd } from '../model/runEnd.js';
import type { Wire } from '../model/spawnedProcess.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { WIRE_FD } from '../process/spawnProcess.js';
import { supervise, type Supervisor } from '../supervisor/supervise.js';
import type { PoolPlan } from './poolOptions.js';
import type { Input, SlotTimer } from './scheduler/inputs.js';
import type { Memory, Slot } from './scheduler/ticket.js';
import { type WorkerLink, workerLink } from './workerLink.js';

/** The workers of a pool as processes: children of a supervisor, each with a connection. */
export interface WorkerRuns {
  readonly supervisor: Supervisor;
  readonly start: (slot: Slot) => void;
  /** Stops a worker, and removes it. */
  readonly remove: (slot: Slot) => void;
}

export interface WorkerRunsOptions {
  readonly spec: ChildSpec;
  readonly plan: PoolPlan;
  /** Makes the ids of requests. */
  readonly seed: string;
  readonly slots: readonly Slot[];
  readonly put: (input: Input) => void;
  /** Handles an event of the application. */
  readonly onEvent: (slot: Slot, id: number, value: unknown) => void;
}

export function workerRuns({ spec, plan, seed, slots, put, onEvent }: WorkerRunsOptions): WorkerRuns {
  const setting = [WIRE_FD, plan.maxFrame, seed].join(' ');
  const ends = new Map<number, RunEnd>();

  /** The number is in the environment, so that the connection of each run finds its slot. */
  const effects: Effects = {
    ...plan.effects,
    spawn: (launch, reading) => {
      const env: NodeJS.ProcessEnv = { ...launch.env, RXVISOR_WIRE: setting };
      const process = plan.effects.spawn({ ...launch, env, wire: true }, reading);
      const slot = slots.find(({ number }) => String(number) === env.RXVISOR_WORKER);
      if (slot !== undefined && process.wire !== undefined) connect(slot, process.wire, process.pid);
      return process;
    },
  };
  const supervisor = supervise([], {
    effects,
    scheduler: plan.scheduler,
    signals: plan.signals ? 'unlessHandled' : false,
  });
  // eslint-disable-next-line rxjs-x/no-ignored-error -- it never errors
  supervisor.event$.subscribe((event) => {
    if (event.type === 'output' && event.stream === 'stdout') return;
    const end = trackRunEnd(ends.get(event.id), event);
    ends.set(event.id, end);
    if (event.type !== 'output') put({ type: 'child', id: event.id, event, end });
  });

  return {
    supervisor,
    start: (slot) => {
      slot.id = supervisor.start({ ...spec, env: { ...spec.env, RXVISOR_WORKER: String(slot.number) } }).id;
    },
    remove: (slot) => {
      void supervisor.remove(slot.id).then(() => {
        ends.delete(slot.id);
        put({ type: 'removed', slot });
      });
    },
  };

  function connect(slot: Slot, wire: Wire, pid: number | undefined): void {
    const link: WorkerLink = workerLink(wire, {
      limit: plan.maxFrame,
      onFrame: (type, id, value, more) => {
        const input = inputOf(slot, link, type, id, value, more);
        if (input !== undefined) put(input);
        else if (type === frames.event && slot.link === link) onEvent(slot, id, value);
      },
      onIdle: () => put({ type: 'streamsOver', slot, link }),
      death: () =>
        new RxvisorError('ERR_WORKER_DIED', `worker ${String(slot.number)} died before the end of the stream`),
      onClose: (problem) => put({ type: 'closed', slot, link, problem }),
    });
    put({ type: 'wired', slot, link, pid });
  }
}

/**
 * Decodes a frame of a worker as an input of the scheduler. Frames about requests come first: they are the most frequent. Undefined for
 * events of the application, and for unknown frames.
 */
function inputOf(
  slot: Slot,
  link: WorkerLink,
  type: number,
  id: number,
  value: unknown,
  more: number,
): Input | undefined {
  switch (type & ~WITH_STREAM) {
    case frames.answer:
      return { type: 'answer', slot, link, number: id, data: value, stream: streamOf(link, type, more) };
    case frames.next:
      return { type: 'next', slot, link, number: id, data: value, stream: streamOf(link, type, more) };
    case frames.done:
      return { type: 'done', slot, link, number: id };
    case frames.fail:
      return { type: 'failed', slot, link, number: id, error: value };
    case frames.release:
      return { type: 'release', slot, link, number: id };
    case frames.ready:
      return { type: 'ready', slot, link };
    case frames.busy:
      return { type: 'busy', slot, link };
    case frames.hello:
      return { type: 'hello', slot, link };
    case frames.stopped:
      return { type: 'softStopped', slot, link };
    case frames.socketClosed:
      return { type: 'socketClosed', slot, link };
    case frames.health:
      return isMemory(value) ? { type: 'health', slot, link, memory: value } : undefined;
    default:
      return undefined;
  }
}

/** Opened at once, in any case: its first bytes may be the next frame. */
function streamOf(
  { streams }: WorkerLink,
  type: number,
  id: number,
): ReturnType<WorkerLink['streams']['accept']> | undefined {
  return (type & WITH_STREAM) === 0 ? undefined : streams.accept(id);
}

function isMemory(value: unknown): value is Memory {
  return typeof value === 'object' && value !== null && 'rss' in value && typeof value.rss === 'number';
}

/** The timers of each worker, one of each kind at most. */
export interface SlotTimers {
  /** Replaces a pending timer of that kind. */
  readonly arm: (slot: Slot, timer: SlotTimer, ms: number) => void;
  readonly disarm: (slot: Slot, timer: SlotTimer) => void;
  readonly armIdle: (ms: number) => void;
  readonly disarmIdle: () => void;
}

export function slotTimers(scheduler: SchedulerLike, put: (input: Input) => void): SlotTimers {
  const armed = new Map<string, Subscription>();
  const disarm = (key: string): void => {
    armed.get(key)?.unsubscribe();
    armed.delete(key);
  };
  const arm = (key: string, ms: number, input: Input): void => {
    disarm(key);
    if (ms === Infinity) return;
    const due = (): void => {
      disarm(key);
      put(input);
    };
    armed.set(key, scheduler.schedule(due, ms));
  };
  return {
    arm: (slot, timer, ms) => arm(keyOf(slot, timer), ms, { type: 'due', slot, timer }),
    disarm: (slot, timer) => disarm(keyOf(slot, timer)),
    armIdle: (ms) => arm('idle', ms, { type: 'idle' }),
    disarmIdle: () => disarm('idle'),
  };
}

function keyOf({ number }: Slot, timer: SlotTimer): string {
  return `${String(number)} ${timer}`;
}
