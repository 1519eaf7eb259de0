import type { Dependency } from '../model/spec/dependsOn.js';

/** Identifies a service by its namespace and name. Without a name, its resolved script counts, too. */
export type ServiceKey = string;

/** A spec, and the first generation that it applies to. It applies until the next revision. */
export interface Revision<Spec> {
  readonly from: number;
  readonly spec: Spec;
}

/** How many instances of a service a change may touch at once. */
export interface Limits {
  /** How many instances may be missing during a rolling change. At least one is replaced at a time, also with `0`. */
  readonly maxUnavailable: number;
  /** How many runs a service may have beyond its instances. `0`: an instance is stopped before it is started again. */
  readonly surge: number;
  /** How many runs of all services may be starting at once. */
  readonly parallel: number;
}

/** What should run of one service. */
export interface DesiredService<Spec = unknown> {
  readonly key: ServiceKey;
  /** The numbers of the instances that should run, ascending. */
  readonly instances: readonly number[];
  /** Instances of `cluster` share their ports, so that a new run can start beside the old one. */
  readonly exec: 'fork' | 'cluster';
  /** Stopped by hand: nothing of it should run, but its instances are still listed. */
  readonly stopped: boolean;
  /** Oldest first. The first begins with the generation at which the service was added. */
  readonly revisions: readonly [Revision<Spec>, ...Revision<Spec>[]];
  /**
   * The generation that all instances should have. Each request to replace them raises it. All services share one counter: a
   * service that is deleted and added again gets new generations.
   */
  readonly generation: number;
  /** The generations that single instances should have, by instance number. One below `generation` has no effect. */
  readonly recycle: Readonly<Record<number, number>>;
  /** `rolling`: replace one instance after another, as a reload does. `atOnce`: replace all together, as a restart does. */
  readonly how: 'rolling' | 'atOnce';
  readonly dependsOn: Readonly<Record<ServiceKey, Dependency>>;
  /** Limits of this service in place of the general ones. */
  readonly limits?: Partial<Limits> | undefined;
}

/** What should run. */
export interface Desired<Spec = unknown> {
  readonly services: Readonly<Record<ServiceKey, DesiredService<Spec>>>;
  /** The manager is shutting down: nothing should run. */
  readonly stopAll: boolean;
  /** The latest generation given to a service. */
  readonly latest: number;
}

/** Nothing should run. */
export const nothingDesired: Desired<never> = { services: {}, stopAll: false, latest: 0 };

/** The generation that an instance should have. */
export function wantedGeneration(service: DesiredService, instance: number): number {
  return Math.max(service.generation, service.recycle[instance] ?? 0);
}

/** The highest generation that an instance of the service should have. */
export function highestGeneration(service: DesiredService): number {
  return Math.max(service.generation, ...Object.values(service.recycle));
}

/** The generation at which the service was added. Earlier ones belong to a deleted service of the same key. */
export function firstGeneration(service: DesiredService): number {
  return service.revisions[0].from;
}

/** Whether the instance is replaced in turn with the others, or as the only one. Then the other instances keep serving. */
export function isRolling(service: DesiredService, instance: number): boolean {
  return service.how === 'rolling' || wantedGeneration(service, instance) > service.generation;
}
