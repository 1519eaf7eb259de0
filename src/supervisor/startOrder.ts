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
   * Starts children, each one when its dependencies meet their conditions.
   *
   * @param fieldOf the field that an error names, for the spec with this index
   * @throws SpecError, before any effect, for an unknown dependency or a cycle
   */
  readonly start: <const Planned extends readonly PlannedChild[]>(
    planned: Planned,
    fieldOf: (index: number) => string,
  ) => { readonly [Index in keyof Planned]: Child };
  /** Adds a stopped child. */
  readonly add: (child: Child, spec: ChildSpec) => void;
  /** Call it when a child was removed. */
  readonly remove: (child: Child) => void;
  /** Stops all children, each one after its dependents. `grace`: in ms. Undefined: the `grace` of each spec. */
  readonly stopAll: (grace: number | undefined) => Promise<void>;
}

interface OrderedChild {
  readonly child: Child;
  readonly spec: ChildSpec;
  /** `waiting`: for its dependencies. `starting`: it was started. `stoppedByHand`: it is stopped, and is not started. */
  readonly state: 'waiting' | 'starting' | 'stoppedByHand';
}

/**
 * For `reconcile`, each child is a service of its own, because several children may have the same name. A dependency is met
 * when all children with its name meet its condition. While no spec has `dependsOn`, nothing is observed.
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
      const removed = [...children].find(([, each]) => each.child === child);
      if (removed === undefined) return;
      const [key] = removed;
      children.delete(key);
      desired = deleteService(desired, key);
      resolveNames();
      advance();
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
    const before = [...present].map((child) => ({ ...child, spec: child.spec() }));
    const specsOf = (each: readonly { readonly spec: ChildSpec }[]): readonly ChildSpec[] =>
      each.map(({ spec }) => spec);
    const problem = findGraphProblem(specsOf(planned), specsOf(before));
    if (problem !== undefined)
      throw new SpecError(fieldOf(Math.min(problem.index, planned.length - 1)), problem.message);
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
    resolveNames();
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

  /** Finds the children that the names in `dependsOn` refer to. Call it after children were added or removed. */
  function resolveNames(): void {
    const keys = new Map<string, ServiceKey[]>();
    for (const [key, { spec }] of children) {
      if (spec.name !== undefined) keys.set(spec.name, [...(keys.get(spec.name) ?? []), key]);
    }
    const services = Object.values(desired.services).map((service) => {
      const named = Object.entries(dependenciesOf(children.get(service.key)?.spec.dependsOn));
      // No child has this name. No service has this key, so the dependency is never ready.
      const edges = named.flatMap(([name, dependency]) =>
        (keys.get(name) ?? [`?${name}`]).map((key) => [key, dependency] as const),
      );
      return [service.key, { ...service, dependsOn: Object.fromEntries(edges) }] as const;
    });
    desired = { ...desired, services: Object.fromEntries(services) };
  }
}

/**
 * The state of a child that was added before any spec had `dependsOn`. A child that was stopped on request is not started. A child
 * that ended by itself counts as completed.
 */
function stateOf({ status, stopRequested }: Pick<ListedChild, 'status' | 'stopRequested'>): OrderedChild['state'] {
  const { state, lastExit } = status();
  const hasCompleted = lastExit !== undefined && !stopRequested();
  return state === 'stopped' && !hasCompleted ? 'stoppedByHand' : 'starting';
}
