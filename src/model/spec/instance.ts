import { isRecord } from '../check.js';
import { RxvisorError } from '../errors.js';
import { show } from '../show.js';
import type { ChildSpec } from './childSpec.js';
import { mapLogPaths } from './logPlan.js';

/** A service of a config, without its `instances`. */
export interface ServiceEntry {
  readonly service: unknown;
  readonly instances: number | 'max' | undefined;
}

/** The maximum number of instances of a service. Each one is a process: a typo such as 1000000 would stop the machine. */
export const MAX_INSTANCES = 10_000;

/** The JSON Schema of what `splitInstances` accepts, for `config.schema.json`. */
export const instancesKeywords: Readonly<Record<string, unknown>> = {
  anyOf: [{ const: 'max' }, { type: 'integer', minimum: -MAX_INSTANCES, maximum: MAX_INSTANCES, not: { const: 0 } }],
  description:
    "The number of copies to run. 'max': one for each core; -1: one less than that. Each has its number in RXVISOR_INSTANCE.",
  default: 1,
};

/** The number of the instance, from `RXVISOR_INSTANCE`. Undefined if it has none. */
export function instanceOf({ env }: Pick<ChildSpec, 'env'>): number | undefined {
  const number = env?.RXVISOR_INSTANCE;
  return number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : undefined;
}

/**
 * The spec of one instance. Its number is in `RXVISOR_INSTANCE`, and in `NODE_APP_INSTANCE` for programs made for pm2.
 *
 * If the spec already has a number, log files with that number (`web-0.log`) get the new one.
 */
export function withInstance(spec: ChildSpec, instance: number): ChildSpec {
  const number = String(instance);
  const before = instanceOf(spec);
  return {
    ...spec,
    ...(spec.log !== undefined && before !== undefined && { log: mapLogPaths(spec.log, renumbered(before, instance)) }),
    env: { ...spec.env, NODE_APP_INSTANCE: number, RXVISOR_INSTANCE: number },
  };
}

/**
 * Splits an entry of a config into its `instances` and the spec.
 *
 * @throws RxvisorError with code `ERR_CONFIG` if `instances` is not a number of instances
 */
export function splitInstances(entry: unknown): ServiceEntry {
  if (!isRecord(entry) || !('instances' in entry)) return { service: entry, instances: undefined };
  const { instances, ...service } = entry;
  if (instances === undefined || instances === 'max') return { service, instances };
  if (typeof instances === 'number' && Number.isInteger(instances) && instances !== 0) {
    if (Math.abs(instances) <= MAX_INSTANCES) return { service, instances };
  }
  const remedy = `Give a number from 1 to ${String(MAX_INSTANCES)}; 'max': one for each core; -1: one less than that.`;
  throw new RxvisorError('ERR_CONFIG', `instances: ${show(instances)} is not a number of instances. ${remedy}`);
}

function renumbered(before: number, instance: number): (path: string) => string {
  const ending = new RegExp(String.raw`-${before}(\.[^./\\]*)?$`);
  return (path) => path.replace(ending, (_, extension = '') => `-${instance}${String(extension)}`);
}
