import { isRecord } from '../check.js';
import { RxvisorError } from '../errors.js';
import { show } from '../show.js';
import type { ChildSpec } from './childSpec.js';
import { mapLogPaths } from './logPlan.js';

/** Which of several instances it is, by its `RXVISOR_INSTANCE`; undefined for one that has none. */
export function instanceOf({ env }: Pick<ChildSpec, 'env'>): number | undefined {
  const number = env?.RXVISOR_INSTANCE;
  return number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : undefined;
}

/**
 * The spec of one of several instances: `RXVISOR_INSTANCE` says which, and for programs made for pm2 `NODE_APP_INSTANCE`. Logs
 * that bear the number of another one, `web-0.log`, bear its own.
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

function renumbered(before: number, instance: number): (path: string) => string {
  const ending = new RegExp(String.raw`-${before}(\.[^./\\]*)?$`);
  return (path) => path.replace(ending, (_, extension = '') => `-${instance}${String(extension)}`);
}

/** A service of a config, and how many of it there shall be. */
export interface ServiceEntry {
  readonly service: unknown;
  readonly instances: number | 'max' | undefined;
}

/** How many instances a service can have. Each of them is a process, so that more is a slip: 1000000 ends the machine. */
export const MAX_INSTANCES = 10_000;

/** What `splitInstances` accepts, for `config.schema.json`. */
export const instancesKeywords: Readonly<Record<string, unknown>> = {
  anyOf: [{ const: 'max' }, { type: 'integer', minimum: -MAX_INSTANCES, maximum: MAX_INSTANCES, not: { const: 0 } }],
  description:
    "How many to run. 'max': one for each core; -1: one less than that. RXVISOR_INSTANCE is the number of each.",
  default: 1,
};

/**
 * Parts `instances` from the rest, which is a spec. A number, `'max'` for as many as there are cores, `-1` for one less.
 *
 * @throws RxvisorError with code `ERR_CONFIG`
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
