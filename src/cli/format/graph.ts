import { basename } from 'node:path';
import { escapeControls } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { dependenciesOf, type Dependency } from '../../model/spec/dependsOn.js';
import { instanceOf } from '../../model/spec/instance.js';
import type { State, Status } from '../../model/status.js';

/** A service with its dependencies, as a node of the drawn graph. */
export interface GraphService {
  /** Undefined if the config gives it no name. Then no service can depend on it. */
  readonly name: string | undefined;
  /** The name with control characters escaped. Without a name: its script or command, `(server.js)`. */
  readonly label: string;
  readonly instances: number;
  /** By name, with all defaults. */
  readonly dependsOn: Readonly<Record<string, Dependency>>;
  /** The states of the children with this name. Empty if no manager runs it. */
  readonly states: readonly State[];
}

/**
 * The services of a config, in its order.
 *
 * A dependency means all services of a name, so services of one name are one node. Services without a name have no states: their
 * children cannot be found by name.
 *
 * @param specs one for each instance, as `loadServices` returns them
 * @param statuses of the children that managers run
 */
export function graphOf(
  specs: readonly ChildSpec[],
  statuses: readonly Pick<Status, 'name' | 'state'>[],
): readonly GraphService[] {
  const services = new Map<string | number, GraphService>();
  let entry = -1;
  for (const spec of specs) {
    const { name } = spec;
    // The first instance has the number 0.
    if ((instanceOf(spec) ?? 0) === 0) entry += 1;
    const key = name ?? entry;
    const known = services.get(key);
    services.set(key, {
      name,
      label: escapeControls(name ?? `(${basename(spec.script ?? spec.command ?? '')})`),
      instances: (known?.instances ?? 0) + 1,
      dependsOn: { ...known?.dependsOn, ...dependenciesOf(spec.dependsOn) },
      states: known?.states ?? statesOf(name, statuses),
    });
  }
  return [...services.values()];
}

/** The state of a service as a whole: the worst one of its children. Undefined if no manager runs it. */
export function worstState(states: readonly State[]): State | undefined {
  return WORST_FIRST.find((state) => states.includes(state));
}

/** The states of a service as text: `online`, or `2 online, 1 failed`. Undefined if no manager runs it. */
export function stateText(
  { states, instances }: Pick<GraphService, 'states' | 'instances'>,
  nameOf: (state: State) => string,
): string | undefined {
  const [first] = states;
  if (first === undefined) return undefined;
  if (states.length === instances && states.every((state) => state === first)) return nameOf(first);
  return WORST_FIRST.toReversed()
    .flatMap((state) => {
      const count = states.filter((other) => other === state).length;
      return count === 0 ? [] : `${String(count)} ${nameOf(state)}`;
    })
    .join(', ');
}

/** What a dependency must have reached: `ready`, or `ready, restart`. */
export function conditionText({ condition, restart }: Dependency): string {
  return restart ? `${condition}, restart` : condition;
}

function statesOf(name: string | undefined, statuses: readonly Pick<Status, 'name' | 'state'>[]): readonly State[] {
  return name === undefined ? [] : statuses.filter((status) => status.name === name).map(({ state }) => state);
}

/** From the worst state to the best one. */
const WORST_FIRST: readonly State[] = ['failed', 'backingOff', 'waiting', 'starting', 'stopping', 'stopped', 'online'];
