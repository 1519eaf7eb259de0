import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Happening, SpawnedProcess } from './spawnProcess.js';

/** Sees to it that what one instance listens on is what all listen on. */
export interface PortBroker {
  readonly join: () => PortMember;
}

/** An instance, over all its runs. */
export interface PortMember {
  /** Hears what happens to a run of it; true if that was for the broker alone. */
  readonly hears: (process: SpawnedProcess, happening: Happening) => boolean;
  /** No run will follow. */
  readonly leave: () => void;
}

/** An address that instances listen on. */
interface Port {
  /** The socket, once somebody has bound it. It is held, never accepted from. */
  handle: Handle | undefined;
  /** Who is binding it. */
  binder: SpawnedProcess | undefined;
  readonly waiting: { readonly member: PortMember; readonly process: SpawnedProcess }[];
  /** Each with the process that has asked last. */
  readonly users: Map<PortMember, SpawnedProcess>;
}

interface Handle {
  readonly close: () => void;
}

interface Request {
  readonly step: 'ask' | 'bound' | 'failed';
  readonly key: string;
}

/** How long, in ms, an instance that has ended still counts: one that is restarted finds the connections that wait for it. */
const LINGER = 1_000;

/** One for all instances of an app. A socket that no instance uses any longer is closed: its port is free. */
export function portBroker(scheduler: SchedulerLike = asyncScheduler): PortBroker {
  const ports = new Map<string, Port>();

  return {
    join: () => {
      const member: PortMember = {
        hears: (process, happening) => {
          if (happening.type === 'exit') ended(member, process);
          if (happening.type !== 'message' || !isRequest(happening.message)) return false;
          const { step, key } = happening.message;
          const port = ports.get(key) ?? { handle: undefined, binder: undefined, waiting: [], users: new Map() };
          ports.set(key, port);
          if (step === 'ask') asked(key, port, member, process);
          else if (port.binder === process) bound(key, port, isHandle(happening.handle) ? happening.handle : undefined);
          return true;
        },
        leave: () => {
          for (const [key, port] of ports) left(key, port, member);
        },
      };
      return member;
    },
  };

  function asked(key: string, port: Port, member: PortMember, process: SpawnedProcess): void {
    port.users.set(member, process);
    if (port.handle === undefined && port.binder !== undefined) {
      port.waiting.push({ member, process });
      return;
    }
    if (port.handle === undefined) port.binder = process;
    answer(key, port, process);
  }

  /** Without a handle it could not be bound: it is the next one's turn to try, and to tell its program. */
  function bound(key: string, port: Port, handle: Handle | undefined): void {
    port.handle = handle;
    port.binder = undefined;
    for (const { member, process } of port.waiting.splice(0)) asked(key, port, member, process);
  }

  function ended(member: PortMember, process: SpawnedProcess): void {
    for (const [key, port] of ports) {
      const turn = port.waiting.findIndex((waiting) => waiting.process === process);
      if (turn >= 0) port.waiting.splice(turn, 1);
      if (port.binder === process) bound(key, port, undefined);
    }
    scheduler.schedule(() => {
      for (const [key, port] of ports) if (port.users.get(member) === process) left(key, port, member);
    }, LINGER);
  }

  function left(key: string, port: Port, member: PortMember): void {
    if (!port.users.delete(member) || port.users.size > 0) return;
    port.handle?.close();
    ports.delete(key);
  }
}

function answer(key: string, { handle }: Port, process: SpawnedProcess): void {
  if (process.connected()) process.send({ rxvisor: 'shared', key }, handle);
}

function isRequest(message: unknown): message is Request {
  return (
    typeof message === 'object' &&
    message !== null &&
    'rxvisor' in message &&
    message.rxvisor === 'share' &&
    'step' in message &&
    'key' in message &&
    typeof message.key === 'string'
  );
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
