import { asyncScheduler, type SchedulerLike, Subscription } from 'rxjs';
import type { ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';
import { type ClosableHandle, closeHandle, isClosableHandle } from '../process/messageSender.js';

/** Sees to it that what one instance listens on is what all listen on. */
export interface PortBroker {
  readonly join: () => PortMember;
}

/** An instance, over all its runs. */
export interface PortMember {
  /** Hears what happens to a run of it; true if that was for the broker alone. */
  readonly handle: (process: SpawnedProcess, happening: ProcessEvent) => boolean;
  /** No run will follow. */
  readonly leave: () => void;
}

/** An address that instances listen on: by one socket, or by one for each place among them. */
interface Port {
  readonly key: string;
  readonly sockets: Map<string, Socket>;
  /** Who is binding a socket of it: one at a time. */
  binding: Asking | undefined;
  readonly waiting: Asking[];
  /** Each with the process that has asked last. */
  readonly users: Map<PortMember, SpawnedProcess>;
}

interface Socket {
  readonly place: string;
  /** Held, never accepted from. */
  readonly handle: ClosableHandle;
  /** Who accepts from it as their own. */
  readonly users: Set<SpawnedProcess>;
  /** Who accepts from it while its own are away. */
  idleListener: SpawnedProcess | undefined;
}

interface Asking {
  readonly process: SpawnedProcess;
  readonly place: string;
}

/** How long, in ms, an instance that has ended still counts: one that is restarted finds the connections that wait for it. */
const LINGER = 1_000;
/** The most addresses that the instances of an app share. */
const MAX_PORTS = 1_024;

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
        handle: (process, event) => {
          if (event.type === 'exit') ended(member, process);
          if (event.type !== 'message' || !isPortRequest(event.message)) return false;
          const { handle } = event;
          const { step, key, place = '' } = event.message;
          const known = ports.get(key);
          if (step === 'ask' && known === undefined && ports.size >= MAX_PORTS) {
            closeHandle(handle);
            return true;
          }
          const port: Port = known ?? { key, sockets: new Map(), binding: undefined, waiting: [], users: new Map() };
          const isBound = step === 'bound' && port.binding?.process === process && port.binding.place === place;
          if (step === 'ask') {
            ports.set(key, port);
            port.users.set(member, process);
            asked(port, { process, place });
          } else if (step === 'left') {
            away(port, process);
          } else if (port.binding?.process === process) {
            bound(port, port.binding, isBound && isListener(handle) ? handle : undefined);
          }
          // A handle that nobody holds is closed.
          if (!isBound || port.sockets.get(place)?.handle !== handle) closeHandle(handle);
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
    if (socket === undefined && port.binding !== undefined) {
      port.waiting.push(asking);
      return;
    }
    if (socket === undefined) {
      port.binding = asking;
      // That the port is another app's only who binds it first can tell.
      notifyMember(process, { rxvisor: 'shared', key: port.key, first: port.sockets.size === 0 });
      return;
    }
    socket.users.add(process);
    notifyMember(process, { rxvisor: 'shared', key: port.key }, socket.handle);
    if (socket.idleListener !== undefined)
      notifyMember(socket.idleListener, { rxvisor: 'release', key: port.key, place });
    socket.idleListener = undefined;
    assignKeepers(port);
  }

  /** Without a handle it could not be bound: it is the next one's turn to try, and to tell its program. */
  function bound(port: Port, { process, place }: Asking, handle: ClosableHandle | undefined): void {
    if (handle !== undefined) {
      port.sockets.set(place, { place, handle, users: new Set([process]), idleListener: undefined });
    }
    port.binding = undefined;
    for (const asking of port.waiting.splice(0)) asked(port, asking);
    assignKeepers(port);
  }

  /** It accepts no longer, and waits no longer. */
  function away(port: Port, process: SpawnedProcess): void {
    const turn = port.waiting.findIndex((waiting) => waiting.process === process);
    if (turn >= 0) port.waiting.splice(turn, 1);
    for (const socket of port.sockets.values()) {
      socket.users.delete(process);
      if (socket.idleListener === process) socket.idleListener = undefined;
    }
    if (port.binding?.process === process) bound(port, port.binding, undefined);
    else assignKeepers(port);
  }

  /** Has each socket accepted from by somebody, as long as there is somebody. */
  function assignKeepers({ key, sockets }: Port): void {
    const accepting = [...sockets.values()].flatMap(({ users }) => [...users]);
    const unused = [...sockets.values()].filter(
      ({ users, idleListener }) => users.size === 0 && idleListener === undefined,
    );
    for (const [index, socket] of unused.entries()) {
      const keeper = accepting[index % accepting.length];
      if (keeper === undefined) return;
      socket.idleListener = keeper;
      notifyMember(keeper, { rxvisor: 'adopt', key, place: socket.place }, socket.handle);
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

/** One that cannot be told is about to end, or does not read: its neighbours go on. */
function notifyMember(process: SpawnedProcess, message: object, handle?: ClosableHandle): void {
  if (!process.connected()) return;
  try {
    process.send(message, handle);
  } catch {
    // It has too much to read, or what is shared has been closed.
  }
}

/** UDP and connections are no servers: whoever listened on one would fail. */
function isListener(handle: unknown): handle is ClosableHandle {
  if (!isClosableHandle(handle) || 'recvStart' in handle) return false;
  const getpeername: unknown = Reflect.get(handle, 'getpeername');
  return typeof getpeername !== 'function' || Reflect.apply(getpeername, handle, [{}]) !== 0;
}

/**
 * What an instance tells of an address: it wants to listen on it, has bound it (the socket comes with that), could not, or
 * listens no longer. `place` is there where each place among the instances has a socket of its own.
 */
export interface PortRequest {
  readonly step: 'ask' | 'bound' | 'failed' | 'left';
  readonly key: string;
  readonly place?: string | undefined;
}

/** Whether a message is of `preload/share.cjs`. */
function isPortRequest(message: unknown): message is PortRequest {
  return (
    typeof message === 'object' &&
    message !== null &&
    'rxvisor' in message &&
    message.rxvisor === 'share' &&
    'step' in message &&
    'key' in message &&
    typeof message.key === 'string' &&
    (!('place' in message) || message.place === undefined || typeof message.place === 'string')
  );
}
