import type { Happening, SpawnedProcess } from './spawnProcess.js';

/** Sees to it that what one instance listens on is what all listen on. */
export interface PortBroker {
  /** Hears what happens to an instance; true if that was for the broker alone. */
  readonly hears: (process: SpawnedProcess, happening: Happening) => boolean;
}

/** An address that instances listen on. */
interface Port {
  /** The socket, once somebody has bound it. It is held, never accepted from. */
  handle: Handle | undefined;
  /** Who is binding it. */
  binder: SpawnedProcess | undefined;
  readonly waiting: SpawnedProcess[];
  readonly users: Set<SpawnedProcess>;
}

interface Handle {
  readonly close: () => void;
}

interface Request {
  readonly step: 'ask' | 'bound' | 'failed';
  readonly key: string;
}

/** One for all instances of an app. A socket that no instance uses any longer is closed: its port is free. */
export function portBroker(): PortBroker {
  const ports = new Map<string, Port>();

  return {
    hears: (process, happening) => {
      if (happening.type === 'exit') for (const [key, port] of ports) left(key, port, process);
      if (happening.type !== 'message' || !isRequest(happening.message)) return false;
      const { step, key } = happening.message;
      const port = ports.get(key) ?? { handle: undefined, binder: undefined, waiting: [], users: new Set() };
      ports.set(key, port);
      if (step === 'ask') asked(key, port, process);
      else if (port.binder === process) bound(key, port, isHandle(happening.handle) ? happening.handle : undefined);
      return true;
    },
  };

  function asked(key: string, port: Port, process: SpawnedProcess): void {
    port.users.add(process);
    if (port.handle === undefined && port.binder !== undefined) {
      port.waiting.push(process);
      return;
    }
    if (port.handle === undefined) port.binder = process;
    answer(key, port, process);
  }

  /** Without a handle it could not be bound: it is the next one's turn to try, and to tell its program. */
  function bound(key: string, port: Port, handle: Handle | undefined): void {
    port.handle = handle;
    port.binder = undefined;
    for (const process of port.waiting.splice(0)) asked(key, port, process);
  }

  function left(key: string, port: Port, process: SpawnedProcess): void {
    if (!port.users.delete(process)) return;
    const turn = port.waiting.indexOf(process);
    if (turn >= 0) port.waiting.splice(turn, 1);
    if (port.binder === process) bound(key, port, undefined);
    if (port.users.size > 0) return;
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
