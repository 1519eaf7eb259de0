import { filter, mergeMap, type Observable } from 'rxjs';
import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { WIRE_FD } from '../sources/spawnProcess.js';
import { supervise, type Supervisor, type SupervisorEvent } from '../supervise.js';
import { createSlot } from './createSlot.js';
import { deathOf } from './deathOf.js';
import { type Leaves, leaves } from './leaves.js';
import type { PoolPlan } from './planPool.js';
import type { Slot } from './slot.js';
import { watches } from './watches.js';
import { workerLink } from './workerLink.js';
import type { Wire } from '../wire/wire.js';

/** The workers of a pool: children of a supervisor, each with a wire. */
export interface Crew extends Pick<Leaves, 'leave' | 'tend' | 'onStopped'> {
  readonly slots: readonly Slot[];
  readonly supervisor: Supervisor;
  readonly spawned$: Observable<{ readonly worker: number; readonly pid: number }>;
  readonly add: () => Slot;
  /** Takes one out as it is. */
  readonly discard: (slot: Slot) => Promise<void>;
}

export interface CrewOptions {
  readonly spec: ChildSpec;
  readonly plan: PoolPlan;
  /** What the ids of requests are made of. */
  readonly seed: string;
  readonly onFrame: (slot: Slot, type: number, id: number, value: unknown, more: number) => void;
  /** What it had in hand is lost. */
  readonly onDeath: (slot: Slot) => void;
  /** It gets no more requests. */
  readonly onLeaving: (slot: Slot) => void;
  /** The state of some worker has changed. */
  readonly onChange: () => void;
}

/** For the wire of a process that has ended, in ms: what is on it has long been read. */
const LAST_WORDS = 200;
/** For a process that has closed its wire and lives on, in ms. */
const MUTE = 1_000;
/** For a worker whose process has ended: if there is neither a restart nor a back-off by then, it has ended for good. */
const SILENCE = 1_000;

export function createCrew(options: CrewOptions): Crew {
  const { spec, plan, seed, onFrame, onDeath, onLeaving, onChange } = options;
  const slots: Slot[] = [];
  const watching = watches(plan.scheduler);
  const leaving = leaves({
    discard,
    onLeaving: (slot) => {
      onLeaving(slot);
      onChange();
    },
  });
  const { tend } = leaving;
  const setting = [WIRE_FD, plan.maxFrame, seed].join(' ');
  let lastNumber = 0;

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
  supervisor.event$.subscribe(onEvent);
  const spawned$ = supervisor.event$.pipe(
    filter((event) => event.type === 'spawned'),
    mergeMap(({ id, pid }) => slots.filter((slot) => slot.id === id).map(({ number }) => ({ worker: number, pid }))),
  );
  return { slots, supervisor, spawned$, add, discard, ...leaving };

  function add(): Slot {
    lastNumber += 1;
    const number = lastNumber;
    const slot = createSlot(number, (id, handle) => void supervisor.send(slot.id, { rxvisor: 'socket', id }, handle));
    slots.push(slot);
    slot.id = supervisor.start({ ...spec, env: { ...spec.env, RXVISOR_WORKER: String(number) } }).id;
    onChange();
    return slot;
  }

  function connect(slot: Slot, wire: Wire, pid: number | undefined): void {
    watching.clear(slot);
    bury(slot);
    slot.pid = pid;
    slot.served = 0;
    slot.health = undefined;
    const link = workerLink(wire, {
      limit: plan.maxFrame,
      onFrame: (type, id, value, more) => {
        if (slot.link === link) onFrame(slot, type, id, value, more);
      },
      onIdle: () => {
        tend(slot);
      },
      death: () => deathOf({ number: slot.number, pid }, 1),
      onClose: (problem) => {
        if (slot.link !== link) return;
        slot.link = undefined;
        const kill = (): void => void supervisor.signal(slot.id, 'SIGKILL');
        if (slot.pid === undefined) expectReturn(slot);
        else watching.set(slot, MUTE, kill);
        down(slot);
        onDeath(slot);
        tend(slot);
        if (problem === undefined) return;
        complain(slot, problem);
        kill();
      },
    });
    slot.link = link;
  }

  /** The wire of the last run may not have told yet that it is gone: nothing more is read from it. */
  function bury(slot: Slot): void {
    const { link } = slot;
    if (link === undefined) return;
    slot.link = undefined;
    link.close();
    onDeath(slot);
  }

  function onEvent(event: SupervisorEvent): void {
    const slot = slots.find(({ id }) => id === event.id);
    if (slot === undefined) return;
    switch (event.type) {
      case 'spawned':
        if (slot.state === 'down') become(slot, 'starting');
        break;
      case 'stopping':
        // It is being ended: nothing more for it, though what it has it may still answer.
        down(slot);
        break;
      case 'exited':
      case 'spawnFailed': {
        const { link } = slot;
        slot.pid = undefined;
        if (link === undefined) expectReturn(slot);
        else watching.set(slot, LAST_WORDS, link.close);
        down(slot);
        tend(slot);
        break;
      }
      case 'backingOff':
        watching.clear(slot);
        break;
      case 'gaveUp':
        giveUp(slot);
        break;
      default:
    }
  }

  /** Of a worker that has ended as it was allowed to, by `stopExitCodes` for one, nothing more is heard. */
  function expectReturn(slot: Slot): void {
    watching.set(slot, SILENCE, () => {
      giveUp(slot);
    });
  }

  function giveUp(slot: Slot): void {
    watching.clear(slot);
    become(slot, 'failed');
    onLeaving(slot);
    tend(slot);
  }

  function become(slot: Slot, state: Slot['state']): void {
    slot.state = state;
    onChange();
  }

  function down(slot: Slot): void {
    slot.ageing?.unsubscribe();
    slot.ageing = undefined;
    if (slot.state !== 'failed' && slot.state !== 'down') become(slot, 'down');
  }

  function complain({ number }: Slot, problem: Error): void {
    const text = `worker ${String(number)} is replaced, for what it says cannot be read: ${problem.message}`;
    plan.effects.process.emitWarning(text, 'RxvisorWarning');
  }

  async function discard(slot: Slot): Promise<void> {
    slot.leaving = true;
    onLeaving(slot);
    await supervisor.remove(slot.id);
    const at = slots.indexOf(slot);
    if (at < 0) return;
    slots.splice(at, 1);
    watching.clear(slot);
    slot.ageing?.unsubscribe();
    onChange();
    leaving.end(slot);
  }
}
