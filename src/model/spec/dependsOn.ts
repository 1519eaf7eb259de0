import { suggest } from '../show.js';

/**
 * The condition that a dependency must meet before its dependents start.
 *
 * - `started`: it was spawned.
 * - `ready`: it is ready now.
 * - `completed`: it has ended by itself, with any exit code.
 * - `completedSuccessfully`: it has ended by itself, with exit code 0.
 */
export type DependencyCondition = 'started' | 'ready' | 'completed' | 'completedSuccessfully';

export interface Dependency {
  readonly condition: DependencyCondition;
  /** Whether to restart the dependent each time the dependency is ready again after a restart or a crash. */
  readonly restart: boolean;
}

/** One dependency in a spec. */
export interface DependencyOptions {
  /** Default `'ready'`. */
  readonly condition?: DependencyCondition | undefined;
  /** Default `false`. */
  readonly restart?: boolean | undefined;
}

/**
 * The dependencies of a service, by name: `['db']`, or a condition for each: `{ migrate: 'completedSuccessfully' }`,
 * `{ db: { condition: 'ready', restart: true } }`.
 *
 * The child is `waiting` until the conditions hold for all children with these names. When all children are stopped, it is stopped
 * before them. If a condition can no longer hold, the child has failed: `gaveUp` with reason `dependency`.
 */
export type DependsOn = readonly string[] | Readonly<Record<string, DependencyCondition | DependencyOptions>>;

export const dependencyConditions: readonly DependencyCondition[] = [
  'started',
  'ready',
  'completed',
  'completedSuccessfully',
];

/** The dependencies of a service, with all defaults: `ready`, without a restart. */
export function dependenciesOf(dependsOn: DependsOn | undefined): Readonly<Record<string, Dependency>> {
  if (dependsOn === undefined) return {};
  const entries: readonly (readonly [string, DependencyCondition | DependencyOptions])[] = isList(dependsOn)
    ? dependsOn.map((name) => [name, {}])
    : Object.entries(dependsOn);
  return Object.fromEntries(
    entries.map(([name, given]) => {
      const { condition = 'ready', restart = false } = typeof given === 'string' ? { condition: given } : given;
      return [name, { condition, restart }];
    }),
  );
}

/** The fields of a service that define its place in the graph of dependencies. */
export interface GraphNode {
  readonly name?: string | undefined;
  readonly dependsOn?: DependsOn | undefined;
}

/** A service whose dependencies cannot be met. */
export interface GraphProblem {
  /** The index of the service in the list. */
  readonly index: number;
  readonly message: string;
}

/**
 * Finds a dependency that is not the name of a service, or else a cycle of dependencies.
 *
 * @param present services that exist already. A dependency of theirs may have been removed since
 */
export function findGraphProblem(
  services: readonly GraphNode[],
  present: readonly GraphNode[] = [],
): GraphProblem | undefined {
  const names = [...new Set([...services, ...present].flatMap(({ name }) => name ?? []))];
  for (const [index, { dependsOn }] of services.entries()) {
    const unknown = namesIn(dependsOn).find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    const remedy = names.length > 0 ? `Services: ${names.join(', ')}.` : 'Give the name of another service.';
    return { index, message: `'${unknown}' is not the name of a service. ${suggest(unknown, names, remedy)}` };
  }
  return findCycle([...services, ...present]);
}

/** Sorts services: each one follows its dependencies. Expects services without a graph problem. */
export function dependenciesFirst<S extends GraphNode>(services: readonly S[]): readonly S[] {
  const placed = new Set<S>();
  const place = (service: S): void => {
    if (placed.has(service)) return;
    const needed = namesIn(service.dependsOn);
    for (const other of services) if (other.name !== undefined && needed.includes(other.name)) place(other);
    placed.add(service);
  };
  for (const service of services) place(service);
  return [...placed];
}

function findCycle(services: readonly GraphNode[]): GraphProblem | undefined {
  const edges = new Map<string, readonly string[]>();
  for (const { name, dependsOn } of services) {
    if (name !== undefined) edges.set(name, [...(edges.get(name) ?? []), ...namesIn(dependsOn)]);
  }
  const done = new Set<string>();
  for (const [index, { name }] of services.entries()) {
    const cycle = name === undefined ? undefined : cycleFrom(name, edges, done, []);
    if (cycle !== undefined) {
      return { index, message: `${cycle.join(' → ')} is a cycle that can never start. Remove one dependency.` };
    }
  }
  return undefined;
}

/**
 * Finds the names on a cycle, from a service back to itself.
 *
 * @param done the services that lead to no cycle
 * @param path the services from the start of the search to this one
 */
function cycleFrom(
  name: string,
  edges: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  path: readonly string[],
): readonly string[] | undefined {
  const start = path.indexOf(name);
  if (start >= 0) return [...path.slice(start), name];
  if (done.has(name)) return undefined;
  for (const next of edges.get(name) ?? []) {
    const cycle = cycleFrom(next, edges, done, [...path, name]);
    if (cycle !== undefined) return cycle;
  }
  done.add(name);
  return undefined;
}

function namesIn(dependsOn: DependsOn | undefined): readonly string[] {
  return Object.keys(dependenciesOf(dependsOn));
}

function isList(dependsOn: DependsOn): dependsOn is readonly string[] {
  return Array.isArray(dependsOn);
}
