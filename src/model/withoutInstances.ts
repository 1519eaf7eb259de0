import { isRecord } from './isRecord.js';
import { RxvisorError } from './errors.js';
import { MOST_INSTANCES } from './mostInstances.js';
import { show } from './show.js';

/** A service of a config, and how many of it there shall be. */
export interface ServiceEntry {
  readonly service: unknown;
  readonly instances: number | 'max' | undefined;
}

/** What `splitInstances` accepts, for `config.schema.json`. */
export const instancesKeywords: Readonly<Record<string, unknown>> = {
  anyOf: [{ const: 'max' }, { type: 'integer', minimum: -MOST_INSTANCES, maximum: MOST_INSTANCES, not: { const: 0 } }],
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
    if (Math.abs(instances) <= MOST_INSTANCES) return { service, instances };
  }
  const remedy = `Give a number from 1 to ${String(MOST_INSTANCES)}; 'max': one for each core; -1: one less than that.`;
  throw new RxvisorError('ERR_CONFIG', `instances: ${show(instances)} is not a number of instances. ${remedy}`);
}
