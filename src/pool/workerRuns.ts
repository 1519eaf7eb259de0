import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { RxvisorError } from '../model/errors.js';
import { trackRunEnd, type RunEnd } from '../model/runEnd.js';
import { frames } from '../wire/frames.js';
import { WIRE_FD } from '../sources/spawnProcess.js';
import { supervise, type Supervisor } from '../supervise.js';
import type { Wire } from '../wire/wire.js';
import { inputOf } from './inputOf.js';
import type { PoolPlan } from './planPool.js';
import type { Input } from './scheduler/inputs.js';
import type { Slot } from './scheduler/slot.js';
import { type WorkerLink, workerLink } from './workerLink.js';

/** The workers of a pool as processes: children of a supervisor, each with a wire. */
export interface WorkerRuns {
  readonly supervisor: Supervisor;
  readonly start: (slot: Slot) => void;
  /** Stops it, then forgets it. */
  readonly remove: (slot: Slot) => void;
}

export interface WorkerRunsOptions {
  readonly spec: ChildSpec;
  readonly plan: PoolPlan;
  /** What the ids of requests are made of. */
  readonly seed: string;
  readonly slots: readonly Slot[];
  readonly put: (input: Input) => void;
  /** An event of a worker's own. */
  readonly onEvent: (slot: Slot, id: number, value: unknown) => void;
}

export function workerRuns({ spec, plan, seed, slots, put, onEvent }: WorkerRunsOptions): WorkerRuns {
  const setting = [WIRE_FD, plan.maxFrame, seed].join(' ');
  const ends = new Map<number, RunEnd>();

  /** The number is in the environment, so that each run's wire finds its slot. */
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
  // eslint-disable-next-line rxjs-x/no-ignored-error -- it has none
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
