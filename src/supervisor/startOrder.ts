import { SpecError } from '../model/errors.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import { dependenciesOf, findGraphProblem } from '../model/spec/dependsOn.js';
import { type Desired, nothingDesired, type ServiceKey } from '../reconcile/desired.js';
import { addService, deleteService } from '../reconcile/requests.js';
import type { Child } from './child.js';
import type { ListedChild } from './childList.js';
import { converger } from './converger.js';
import { takeIdle } from './instanceRecords.js';
import type { PlannedChild } from './planChild.js';

/** Starts the children of a supervisor in the order of their dependencies, and stops all of them in reverse. */
export interface StartOrder {
  /**
   * Starts children: at once, or when their dependencies allow it.
   *
   * @param fieldOf the field that an error names, for the spec with this index
   * @throws SpecError, before any effect, for an unknown dependency or a cycle
   */
  readonly start: <const Planned extends readonly PlannedChild[]>(
    planned: Planned,
    fieldOf: (index: number) => string,
  ) => { readonly [Index in keyof Planned]: Child };
  /** Adds a child that is stopped. */
  readonly add: (child: Child, spec: ChildSpec) => void;
  /** Call it when a child was removed. */
  readonly remove: (child: Child) => void;
  /** Stops all children: each after those that depend on it. `grace`: in ms. Undefined: that of each spec. */
  readonly stopAll: (grace: number | undefined) => Promise<void>;
}

interface OrderedChild {
  readonly child: Child;
  readonly spec: ChildSpec;
  /** Whether it waits for its dependencies, was started, or is stopped. */
  readonly state: 'waiting' | 'starting' | 'stoppedByHand';
}

/**
 * Each child is a service of its own, since names may repeat. A dependency is met when all children with its name meet it.
 * Without a dependency in any spec, nothing is observed.
 */
export function startOrder(
  present: Iterable<ListedChild>,
  add: (planned: PlannedChild, idle?: 'waiting') => Child,
): StartOrder {
  const children = new Map<ServiceKey, OrderedChild>();
  let active = false;
  let desired: Desired<ChildSpec> = nothingDesired;
  let grace: number | undefined;
  let stopping: Promise<void> | undefined;
  let lastKey = 0;
  const { runs, advance, stopped } = converger({
    children: () => (service, record) => takeIdle(record)?.child ?? children.get(service.key)?.child,
    desired: () => desired,
    grace: () => grace,
    nameOf: (key) => children.get(key)?.spec.name ?? key.slice(1),
    onStartFailed: () => undefined,
  });

  return {
    start: (planned, fieldOf) => {
      activate(planned, fieldOf);
      const added = planned.map((child): OrderedChild => {
        const state = child.spec.dependsOn === undefined ? 'starting' : 'waiting';
        return { child: add(child, state === 'waiting' ? state : undefined), spec: child.spec, state };
      });
      observe(added);
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- `map` keeps the length
      return added.map(({ child }) => child) as { readonly [Index in keyof typeof planned]: Child };
    },
    add: (child, spec) => {
      observe([{ child, spec, state: 'stoppedByHand' }]);
    },
    remove: (child) => {
      for (const [key, each] of children) {
        if (each.child !== child) continue;
        children.delete(key);
        desired = deleteService(desired, key);
        connect();
        advance();
      }
    },
    stopAll: async (given) => {
      if (!active) return;
      if (stopping === undefined || given !== undefined) grace = given;
      const again = stopping !== undefined;
      stopping ??= stopInOrder();
      // A second stop shortens the grace period of the first one.
      if (again) {
        for (const { handle, status } of present) {
          if (status().state === 'stopping') void handle.stop(given === undefined ? {} : { grace: given });
        }
      }
      await stopping;
    },
  };

  function activate(planned: readonly PlannedChild[], fieldOf: (index: number) => string): void {
    if (!active && planned.every(({ spec }) => spec.dependsOn === undefined)) return;
    const before = [...present];
    const problem = findGraphProblem([...before, ...planned].map(({ spec }) => spec));
    if (problem !== undefined)
      throw new SpecError(fieldOf(Math.max(0, problem.index - before.length)), problem.message);
    if (active) return;
    active = true;
    observe(before.map((child) => ({ child: child.handle, spec: child.spec, state: stateOf(child) })));
  }

  function observe(added: readonly OrderedChild[]): void {
    if (!active || added.length === 0) return;
    const keyed = added.map((child): readonly [ServiceKey, OrderedChild] => [`#${String((lastKey += 1))}`, child]);
    for (const [key, child] of keyed) {
      children.set(key, child);
      desired = addService(desired, key, child.spec, { instances: [0], exec: 'fork', dependsOn: {} });
    }
    connect();
    advance(() => {
      for (const [key, { child, state }] of keyed) {
        const service = desired.services[key];
        if (service !== undefined && state !== 'waiting') runs.adopt(service, child, state);
      }
    });
  }

  async function stopInOrder(): Promise<void> {
    desired = { ...desired, stopAll: true };
    advance();
    await stopped();
    runs.hold();
    stopping = undefined;
    desired = { ...desired, stopAll: false };
    advance();
  }

  /** Children come and go: finds again which of them the dependencies name. */
  function connect(): void {
    const keys = new Map<string, ServiceKey[]>();
    for (const [key, { spec }] of children) {
      if (spec.name !== undefined) keys.set(spec.name, [...(keys.get(spec.name) ?? []), key]);
    }
    const services = Object.values(desired.services).map((service) => {
      const named = Object.entries(dependenciesOf(children.get(service.key)?.spec.dependsOn));
      // Without a child, the key is that of no service: it is never ready.
      const edges = named.flatMap(([name, dependency]) =>
        (keys.get(name) ?? [`?${name}`]).map((key) => [key, dependency] as const),
      );
      return [service.key, { ...service, dependsOn: Object.fromEntries(edges) }] as const;
    });
    desired = { ...desired, services: Object.fromEntries(services) };
  }
}

/** The state of a child that was there before others depended on it. A child that was stopped does not start by itself. */
function stateOf({ status, stopRequested }: ListedChild): OrderedChild['state'] {
  const { state, lastExit } = status();
  const hasCompleted = lastExit !== undefined && !stopRequested();
  return state === 'stopped' && !hasCompleted ? 'stoppedByHand' : 'starting';
}
