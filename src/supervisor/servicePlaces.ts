import type { Subscription } from 'rxjs';
import type { ServiceKey } from '../reconcile/desired.js';
import type { ObservedSlot } from '../reconcile/observed.js';
import { emptySlot } from '../reconcile/view.js';
import type { Child } from './child.js';

/** What is kept of an instance between its runs. */
export interface Place {
  slot: ObservedSlot;
  /** The child that is listed while none runs: it waits, or its service is stopped. */
  idle: IdleChild | undefined;
  /** The id of all children of the instance. */
  id: number | undefined;
}

export interface IdleChild {
  readonly child: Child;
  readonly generation: number;
  readonly subscription: Subscription;
}

/** Something that a run has reached. It counts for its generation, whatever happens later. */
export interface Latch {
  readonly type: 'started' | 'ready' | 'failed' | 'succeeded';
  readonly generation: number;
  readonly run: number;
}

type InstanceOf = Pick<ObservedSlot, 'key' | 'instance'>;

export interface ServicePlaces extends Iterable<Place> {
  readonly at: (instance: InstanceOf) => Place;
  readonly delete: (instance: InstanceOf) => void;
  /** The services that block one another for ever, beginning with the first of `by`. */
  readonly chainOf: (by: readonly ServiceKey[]) => readonly ServiceKey[];
}

export function servicePlaces(): ServicePlaces {
  const places = new Map<string, Place>();
  const idOf = ({ key, instance }: InstanceOf): string => JSON.stringify([key, instance]);
  return {
    at: ({ key, instance }) => {
      const id = idOf({ key, instance });
      const place: Place = places.get(id) ?? { slot: emptySlot(key, instance), idle: undefined, id: undefined };
      places.set(id, place);
      return place;
    },
    delete: (instance) => {
      places.delete(idOf(instance));
    },
    chainOf: (by) => {
      const chain: ServiceKey[] = [];
      for (let next = by[0]; next !== undefined && !chain.includes(next);) {
        chain.push(next);
        const blocked = [...places.values()].find(({ slot }) => slot.key === next && slot.blocked?.never === true);
        next = blocked?.slot.blocked?.by[0];
      }
      return chain;
    },
    [Symbol.iterator]: () => places.values(),
  };
}

/** Takes the idle child of an instance, which is then its caller's. */
export function takeIdle(place: Place): IdleChild | undefined {
  const { idle } = place;
  idle?.subscription.unsubscribe();
  place.idle = undefined;
  return idle;
}

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
