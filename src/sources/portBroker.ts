import { asyncScheduler, type SchedulerLike, Subscription } from 'rxjs';
import { isPortRequest } from './isPortRequest.js';
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

/** An address that instances listen on: by one socket, or by one for each place among them. */
interface Port {
  readonly key: string;
  readonly sockets: Map<string, Socket>;
  /** Who is binding a socket of it: one at a time. */
  binder: Asking | undefined;
  readonly waiting: Asking[];
  /** Each with the process that has asked last. */
  readonly users: Map<PortMember, SpawnedProcess>;
}

interface Socket {
  readonly place: string;
  /** Held, never accepted from. */
  readonly handle: Handle;
  /** Who accepts from it as their own. */
  readonly users: Set<SpawnedProcess>;
  /** Who accepts from it while its own are away. */
  keeper: SpawnedProcess | undefined;
}

interface Asking {
  readonly process: SpawnedProcess;
  readonly place: string;
}

interface Handle {
  readonly close: () => void;
}

/** How long, in ms, an instance that has ended still counts: one that is restarted finds the connections that wait for it. */
const LINGER = 1_000;

/**
 * One for all instances of an app. A socket is bound by the first who needs it. Where each place among the instances has one
 * of its own, the system spreads the connections over them; one that nobody accepts from is kept by another instance until
 * its own are back. When no instance is left they are closed, and the port is free.
 */
export function portBroker(scheduler: SchedulerLike = asyncScheduler): PortBroker {
  const ports = new Map<string, Port>();
  const lingering = new Map<PortMember, Subscription>();

  return {
    join: () => {
      const member: PortMember = {
        hears: (process, happening) => {
          if (happening.type === 'exit') ended(member, process);
          if (happening.type !== 'message' || !isPortRequest(happening.message)) return false;
          const { step, key, place = '' } = happening.message;
          const port = ports.get(key) ?? { key, sockets: new Map(), binder: undefined, waiting: [], users: new Map() };
          ports.set(key, port);
          if (step === 'ask') {
            port.users.set(member, process);
            asked(port, { process, place });
          } else if (step === 'left') {
            away(port, process);
          } else if (port.binder?.process === process) {
            bound(port, port.binder, isHandle(happening.handle) ? happening.handle : undefined);
          }
          return true;
        },
        leave: () => {
          // Nothing is waited for any more: it would hold up the end of the manager.
          linger(member, Subscription.EMPTY);
          for (const port of ports.values()) left(port, member);
        },
      };
      return member;
    },
  };

  function asked(port: Port, asking: Asking): void {
    const { process, place } = asking;
    const socket = port.sockets.get(place);
    if (socket === undefined && port.binder !== undefined) {
      port.waiting.push(asking);
      return;
    }
    if (socket === undefined) {
      port.binder = asking;
      // That the port is another app's only who binds it first can tell.
      tell(process, { rxvisor: 'shared', key: port.key, first: port.sockets.size === 0 });
      return;
    }
    socket.users.add(process);
    tell(process, { rxvisor: 'shared', key: port.key }, socket.handle);
    if (socket.keeper !== undefined) tell(socket.keeper, { rxvisor: 'release', key: port.key, place });
    socket.keeper = undefined;
    tend(port);
  }

  /** Without a handle it could not be bound: it is the next one's turn to try, and to tell its program. */
  function bound(port: Port, { process, place }: Asking, handle: Handle | undefined): void {
    if (handle !== undefined) {
      port.sockets.set(place, { place, handle, users: new Set([process]), keeper: undefined });
    }
    port.binder = undefined;
    for (const asking of port.waiting.splice(0)) asked(port, asking);
    tend(port);
  }

  /** It accepts no longer, and waits no longer. */
  function away(port: Port, process: SpawnedProcess): void {
    const turn = port.waiting.findIndex((waiting) => waiting.process === process);
    if (turn >= 0) port.waiting.splice(turn, 1);
    for (const socket of port.sockets.values()) {
      socket.users.delete(process);
      if (socket.keeper === process) socket.keeper = undefined;
    }
    if (port.binder?.process === process) bound(port, port.binder, undefined);
    else tend(port);
  }

  /** Has each socket accepted from by somebody, as long as there is somebody. */
  function tend({ key, sockets }: Port): void {
    const accepting = [...sockets.values()].flatMap(({ users }) => [...users]);
    const lonely = [...sockets.values()].filter(({ users, keeper }) => users.size === 0 && keeper === undefined);
    for (const [index, socket] of lonely.entries()) {
      const keeper = accepting[index % accepting.length];
      if (keeper === undefined) return;
      socket.keeper = keeper;
      tell(keeper, { rxvisor: 'adopt', key, place: socket.place }, socket.handle);
    }
  }

  function ended(member: PortMember, process: SpawnedProcess): void {
    for (const port of ports.values()) away(port, process);
    const used = [...ports.values()].filter(({ users }) => users.get(member) === process);
    if (used.length === 0) return;
    const leave = (): void => {
      linger(member, Subscription.EMPTY);
      for (const port of used) if (port.users.get(member) === process) left(port, member);
    };
    linger(member, scheduler.schedule(leave, LINGER));
  }

  function linger(member: PortMember, action: Subscription): void {
    lingering.get(member)?.unsubscribe();
    if (action.closed) lingering.delete(member);
    else lingering.set(member, action);
  }

  function left(port: Port, member: PortMember): void {
    if (!port.users.delete(member) || port.users.size > 0) return;
    for (const { handle } of port.sockets.values()) handle.close();
    ports.delete(port.key);
  }
}

function tell(process: SpawnedProcess, message: object, handle?: Handle): void {
  if (process.connected()) process.send(message, handle);
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
