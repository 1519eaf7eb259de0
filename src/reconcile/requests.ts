import {
  type Desired,
  type DesiredService,
  firstGeneration,
  highestGeneration,
  type Revision,
  type ServiceKey,
} from './desired.js';
import type { ObservedSlot, ServiceProgress } from './observed.js';

/** The fields of a service that a caller gives. The others follow from its history. */
export type ServiceOptions<Spec> = Pick<DesiredService<Spec>, 'instances' | 'exec' | 'dependsOn' | 'limits'>;

/** Adds a service. Its key may be that of a deleted service. */
export function addService<Spec>(
  desired: Desired<Spec>,
  key: ServiceKey,
  spec: Spec,
  options: ServiceOptions<Spec>,
): Desired<Spec> {
  const generation = desired.latest + 1;
  const revisions = [{ from: generation, spec }] as const;
  const fresh = { key, revisions, generation, recycle: {}, how: 'rolling', stopped: false, ...options } as const;
  return { ...desired, latest: generation, services: { ...desired.services, [key]: fresh } };
}

/** Replaces all instances of a service, by instances of `spec` if it is given. Starts a service that was stopped by hand. */
export function replaceService<Spec>(
  desired: Desired<Spec>,
  key: ServiceKey,
  how: 'rolling' | 'atOnce',
  spec?: Spec,
  options?: Partial<ServiceOptions<Spec>>,
): Desired<Spec> {
  const generation = desired.latest + 1;
  return changeService({ ...desired, latest: generation }, key, (service) => {
    const next: Revision<Spec> = { from: generation, spec: spec ?? lastOf(service).spec };
    return {
      ...service,
      ...options,
      how,
      generation,
      recycle: {},
      stopped: false,
      revisions: [...service.revisions, next],
    };
  });
}

/** Replaces some instances of a service, one by one. Each keeps its version. */
export function recycleInstances<Spec>(
  desired: Desired<Spec>,
  key: ServiceKey,
  instances: readonly number[],
): Desired<Spec> {
  const generation = desired.latest + 1;
  const added = Object.fromEntries(instances.map((instance) => [instance, generation]));
  return changeService({ ...desired, latest: generation }, key, (service) => ({
    ...service,
    recycle: { ...service.recycle, ...added },
  }));
}

/** Sets the number of instances. Those with the highest numbers are stopped. New ones get the lowest free numbers. */
export function scaleService<Spec>(desired: Desired<Spec>, key: ServiceKey, count: number): Desired<Spec> {
  return changeService(desired, key, (service) => {
    const instances = service.instances.slice(0, count);
    for (let next = 0; instances.length < count; next += 1) if (!instances.includes(next)) instances.push(next);
    return { ...service, instances: instances.sort((a, b) => a - b) };
  });
}

/** Deletes some instances of a service. The others keep their numbers. */
export function deleteInstances<Spec>(
  desired: Desired<Spec>,
  key: ServiceKey,
  deleted: readonly number[],
): Desired<Spec> {
  return changeService(desired, key, (service) => ({
    ...service,
    instances: service.instances.filter((instance) => !deleted.includes(instance)),
  }));
}

/** Stops a service by hand. It is still listed. */
export function stopService<Spec>(desired: Desired<Spec>, key: ServiceKey): Desired<Spec> {
  return changeService(desired, key, (service) => ({ ...service, stopped: true }));
}

/** Starts a service that was stopped by hand. @param over instances that have ended or failed, which start too */
export function startService<Spec>(desired: Desired<Spec>, key: ServiceKey, over: readonly number[]): Desired<Spec> {
  const started = changeService(desired, key, (service) => ({ ...service, stopped: false }));
  return over.length === 0 ? started : recycleInstances(started, key, over);
}

/** Deletes a service: its instances stop, and it is not listed any more. */
export function deleteService<Spec>(desired: Desired<Spec>, key: ServiceKey): Desired<Spec> {
  const { [key]: _, ...services } = desired.services;
  return { ...desired, services };
}

/**
 * The spec with which an instance starts at a generation.
 *
 * A change that was given up does not count, unless it was requested again: an instance that is recycled afterwards keeps the
 * version that it had before.
 */
export function specAt<Spec>(
  service: DesiredService<Spec>,
  generation: number,
  { settled = 0, abandoned = 0 }: Pick<ServiceProgress, 'settled' | 'abandoned'> = {},
  { readyAt }: Pick<ObservedSlot, 'readyAt'> = { readyAt: 0 },
): Spec {
  const { from, spec } = revisionAt(service, generation);
  const isGivenUp = generation > abandoned && from <= abandoned && from > settled;
  const before = Math.max(readyAt, settled);
  return isGivenUp && before >= firstGeneration(service) ? revisionAt(service, before).spec : spec;
}

/** Forgets the revisions that no instance can return to. */
export function forgetRevisions<Spec>(desired: Desired<Spec>, { key, settled }: ServiceProgress): Desired<Spec> {
  const service = desired.services[key];
  if (service === undefined || settled === undefined || settled < highestGeneration(service)) return desired;
  const last = lastOf(service);
  if (service.revisions.length === 1 || last.from > settled) return desired;
  return changeService(desired, key, () => ({ ...service, revisions: [last] }));
}

function lastOf<Spec>({ revisions }: DesiredService<Spec>): Revision<Spec> {
  return revisions.at(-1) ?? revisions[0];
}

function revisionAt<Spec>({ revisions }: DesiredService<Spec>, generation: number): Revision<Spec> {
  return revisions.findLast(({ from }) => from <= generation) ?? revisions[0];
}

function changeService<Spec>(
  desired: Desired<Spec>,
  key: ServiceKey,
  change: (service: DesiredService<Spec>) => DesiredService<Spec>,
): Desired<Spec> {
  const service = desired.services[key];
  return service === undefined ? desired : { ...desired, services: { ...desired.services, [key]: change(service) } };
}
