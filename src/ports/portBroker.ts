import { asyncScheduler, type SchedulerLike, Subscription } from 'rxjs';
import type { ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';
import { type ClosableHandle, closeHandle, isClosableHandle } from '../process/messageSender.js';

/** Shares the ports of a service among its instances. */
export interface PortBroker {
  readonly join: () => PortMember;
}

/** One instance, over all its runs. */
export interface PortMember {
  /** Handles an event of a run. Returns true if the event was a port request, which no one else must see. */
  readonly handle: (process: SpawnedProcess, event: ProcessEvent) => boolean;
  /** Call it when no run will follow. */
  readonly leave: () => void;
}

/** A message of `preload/share.cjs` about one address. */
export interface PortRequest {
  /** `ask`: it wants to listen. `bound`: the bound socket is attached. `failed`: bind failed. `left`: it listens no longer. */
  readonly step: 'ask' | 'bound' | 'failed' | 'left';
  /** The address. */
  readonly key: string;
  /** The instance number, if each instance has its own socket. */
  readonly place?: string | undefined;
}

/** An address on which instances listen: on one shared socket, or on one socket for each instance number (`place`). */
interface Port {
  readonly key: string;
  readonly sockets: Map<string, Socket>;
  /** The request whose process is binding a socket. One process binds at a time. */
  binding: ListenRequest | undefined;
  readonly waiting: ListenRequest[];
  /** The instances that use the port, each with the process that made its last request. */
  readonly users: Map<PortMember, SpawnedProcess>;
}

interface Socket {
  readonly place: string;
  /** The manager holds the socket, but never accepts from it. */
  readonly handle: ClosableHandle;
  /** The processes that accept from it as their own. */
  readonly users: Set<SpawnedProcess>;
  /** The process of another instance that accepts from it while it has no users. */
  substitute: SpawnedProcess | undefined;
}

interface ListenRequest {
  readonly process: SpawnedProcess;
  readonly place: string;
}

/** How long an ended instance still counts as a user, in ms. If it restarts in time, it gets the connections that wait for it. */
const LINGER = 1_000;
/** The maximum number of addresses that a service shares. */
const MAX_PORTS = 1_024;

/**
 * Makes the broker of one service.
 *
 * The first instance that needs a socket binds it. If each instance has its own socket, the system distributes the connections
 * over them. While a socket has no users, another instance accepts from it. When no instance is left, the sockets are closed and
 * the port is free.
 *
 * @param scheduler for how long an ended instance still counts. Default `asyncScheduler`
 */
export function portBroker(scheduler: SchedulerLike = asyncScheduler): PortBroker {
  const ports = new Map<string, Port>();
  const lingering = new Map<PortMember, Subscription>();

  return {
    join: () => {
      const member: PortMember = {
        handle: (process, event) => {
          if (event.type === 'exit') onExit(member, process);
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
            onAsk(port, { process, place });
          } else if (step === 'left') {
            onLeft(port, process);
          } else if (port.binding?.process === process) {
            onBound(port, port.binding, isBound && isListener(handle) ? handle : undefined);
          }
          // Close a handle that is not kept.
          if (!isBound || port.sockets.get(place)?.handle !== handle) closeHandle(handle);
          return true;
        },
        leave: () => {
          // Cancel the timer: it would delay the exit of the manager.
          linger(member, Subscription.EMPTY);
          for (const port of ports.values()) removeUser(port, member);
        },
      };
      return member;
    },
  };

  function onAsk(port: Port, request: ListenRequest): void {
    const { process, place } = request;
    const socket = port.sockets.get(place);
    if (socket === undefined && port.binding !== undefined) {
      port.waiting.push(request);
      return;
    }
    if (socket === undefined) {
      port.binding = request;
      // `first`: check that the port does not belong to another app. Later sockets share the port, so they cannot find out.
      notifyMember(process, { rxvisor: 'shared', key: port.key, first: port.sockets.size === 0 });
      return;
    }
    socket.users.add(process);
    notifyMember(process, { rxvisor: 'shared', key: port.key }, socket.handle);
    if (socket.substitute !== undefined) notifyMember(socket.substitute, { rxvisor: 'release', key: port.key, place });
    socket.substitute = undefined;
    assignSubstitutes(port);
  }

  /** Without a handle, the bind has failed. Then the next process tries, and reports its own error. */
  function onBound(port: Port, { process, place }: ListenRequest, handle: ClosableHandle | undefined): void {
    if (handle !== undefined) {
      port.sockets.set(place, { place, handle, users: new Set([process]), substitute: undefined });
    }
    port.binding = undefined;
    for (const request of port.waiting.splice(0)) onAsk(port, request);
    assignSubstitutes(port);
  }

  /** The process accepts no longer, and does not wait any more. */
  function onLeft(port: Port, process: SpawnedProcess): void {
    const turn = port.waiting.findIndex((waiting) => waiting.process === process);
    if (turn >= 0) port.waiting.splice(turn, 1);
    for (const socket of port.sockets.values()) {
      socket.users.delete(process);
      if (socket.substitute === process) socket.substitute = undefined;
    }
    if (port.binding?.process === process) onBound(port, port.binding, undefined);
    else assignSubstitutes(port);
  }

  /** Gives each socket without users to a process that listens, if there is one. */
  function assignSubstitutes({ key, sockets }: Port): void {
    const accepting = [...sockets.values()].flatMap(({ users }) => [...users]);
    const unused = [...sockets.values()].filter(
      ({ users, substitute }) => users.size === 0 && substitute === undefined,
    );
    for (const [index, socket] of unused.entries()) {
      const substitute = accepting[index % accepting.length];
      if (substitute === undefined) return;
      socket.substitute = substitute;
      notifyMember(substitute, { rxvisor: 'adopt', key, place: socket.place }, socket.handle);
    }
  }

  function onExit(member: PortMember, process: SpawnedProcess): void {
    for (const port of ports.values()) onLeft(port, process);
    const used = [...ports.values()].filter(({ users }) => users.get(member) === process);
    if (used.length === 0) return;
    const leave = (): void => {
      linger(member, Subscription.EMPTY);
      for (const port of used) if (port.users.get(member) === process) removeUser(port, member);
    };
    linger(member, scheduler.schedule(leave, LINGER));
  }

  function linger(member: PortMember, action: Subscription): void {
    lingering.get(member)?.unsubscribe();
    if (action.closed) lingering.delete(member);
    else lingering.set(member, action);
  }

  function removeUser(port: Port, member: PortMember): void {
    if (!port.users.delete(member) || port.users.size > 0) return;
    for (const { handle } of port.sockets.values()) handle.close();
    ports.delete(port.key);
  }
}

/** A process that cannot get the message is about to exit or does not read. The other instances go on. */
function notifyMember(process: SpawnedProcess, message: object, handle?: ClosableHandle): void {
  if (!process.connected()) return;
  try {
    process.send(message, handle);
  } catch {
    // It has too many unread messages, or the socket is closed.
  }
}

/** Whether a handle is a server. UDP sockets and connections are not. */
function isListener(handle: unknown): handle is ClosableHandle {
  if (!isClosableHandle(handle) || 'recvStart' in handle) return false;
  const getpeername: unknown = Reflect.get(handle, 'getpeername');
  return typeof getpeername !== 'function' || Reflect.apply(getpeername, handle, [{}]) !== 0;
}

/** Whether a message comes from `preload/share.cjs`. */
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
