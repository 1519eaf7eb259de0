import { expect } from 'vitest';
import type { ChildSpec, Status, Supervisor } from '../../src/index.js';
import type { FakeChild, FakeWorld } from '../fakeEffects.js';

/** The services of a supervisor in a fake world. */
export interface Services {
  readonly statuses: () => readonly Status[];
  /** The states of all children: `db online`. */
  readonly states: () => readonly string[];
  /** The latest child of a service, while it lives. */
  readonly child: (name: string) => FakeChild;
  /** Makes services ready, one after the other. */
  readonly up: (...names: readonly string[]) => Promise<void>;
  /** Disposes of the supervisor, of which nothing is left then. */
  readonly dispose: () => Promise<void>;
}

/** A service that is ready when it has written `up`. */
export function service(name: string, fields: Partial<ChildSpec> = {}): ChildSpec {
  return { name, command: name, ready: { line: 'up' }, ...fields };
}

export function servicesOf(supervisor: Supervisor, world: FakeWorld, pass: (ms: number) => Promise<void>): Services {
  let statuses: readonly Status[] = [];
  supervisor.status$.subscribe((next) => (statuses = next));
  const child = (name: string): FakeChild => {
    const found = world.alive().findLast(({ launch }) => launch.file === name);
    expect(found, `a live child of ${name}`).toBeDefined();
    return found!;
  };
  return {
    child,
    statuses: () => statuses,
    states: () => statuses.map(({ name, state }) => `${String(name)} ${state}`),
    up: async (...names) => {
      for (const name of names) {
        child(name).say('up\n');
        await pass(10);
      }
    },
    dispose: async () => {
      const disposed = supervisor[Symbol.asyncDispose]();
      await pass(5_000);
      await disposed;
      expect(world.alive()).toEqual([]);
      expect(world.disk.descriptors()).toBe(0);
    },
  };
}
