import type { Subscription } from 'rxjs';
import type { ServiceKey } from '../reconcile/desired.js';
import type { ObservedSlot } from '../reconcile/observed.js';
import { emptySlot } from '../reconcile/view.js';
import type { Child } from './child.js';

/** The record of an instance. It outlives the runs. */
export interface InstanceRecord {
  slot: ObservedSlot;
  /** The child that is listed while no child runs: it waits, or its service is stopped by hand. */
  idle: IdleChild | undefined;
  /** The id of all children of the instance. */
  id: number | undefined;
}

export interface IdleChild {
  readonly child: Child;
  readonly generation: number;
  readonly subscription: Subscription;
}

/** A state that a run has reached. It counts for the generation of the run, even if the run ends later. */
export interface Latch {
  readonly type: 'started' | 'ready' | 'failed' | 'succeeded';
  readonly generation: number;
  readonly run: number;
}

type InstanceOf = Pick<ObservedSlot, 'key' | 'instance'>;

export interface InstanceRecords extends Iterable<InstanceRecord> {
  readonly at: (instance: InstanceOf) => InstanceRecord;
  readonly delete: (instance: InstanceOf) => void;
  /** The services that wait for each other without an end, from the first of `by`: each is blocked by the next one. */
  readonly chainOf: (by: readonly ServiceKey[]) => readonly ServiceKey[];
}

/** Makes the records of all instances. */
export function instanceRecords(): InstanceRecords {
  const records = new Map<string, InstanceRecord>();
  const idOf = ({ key, instance }: InstanceOf): string => JSON.stringify([key, instance]);
  return {
    at: ({ key, instance }) => {
      const id = idOf({ key, instance });
      const record: InstanceRecord = records.get(id) ?? {
        slot: emptySlot(key, instance),
        idle: undefined,
        id: undefined,
      };
      records.set(id, record);
      return record;
    },
    delete: (instance) => {
      records.delete(idOf(instance));
    },
    chainOf: (by) => {
      const chain: ServiceKey[] = [];
      for (let next = by[0]; next !== undefined && !chain.includes(next);) {
        chain.push(next);
        const blocked = [...records.values()].find(({ slot }) => slot.key === next && slot.blocked?.never === true);
        next = blocked?.slot.blocked?.by[0];
      }
      return chain;
    },
    [Symbol.iterator]: () => records.values(),
  };
}

/** Takes the idle child out of the record of an instance. From then on, the caller owns it. */
export function takeIdle(record: InstanceRecord): IdleChild | undefined {
  const { idle } = record;
  idle?.subscription.unsubscribe();
  record.idle = undefined;
  return idle;
}

/** Adds a state that a run has reached to a slot. */
export function withLatch(slot: ObservedSlot, { type, generation, run }: Latch): ObservedSlot {
  const startedAt = Math.max(slot.startedAt, generation);
  const completedAt = Math.max(slot.completedAt, generation);
  switch (type) {
    case 'started':
      return { ...slot, startedAt };
    case 'ready':
      return { ...slot, startedAt, readyAt: Math.max(slot.readyAt, generation) };
    case 'failed':
      return { ...slot, completedAt, completedRun: run };
    case 'succeeded':
      return { ...slot, completedAt, completedRun: run, succeededAt: Math.max(slot.succeededAt, generation) };
  }
}
