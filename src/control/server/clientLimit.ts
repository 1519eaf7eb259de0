import { type Socket } from 'node:net';

/** Maximum number of clients at once. Each takes a file descriptor, and the children need descriptors too. */
export const MAX_CLIENTS = 256;

/** The state of one connection. */
export interface Client {
  readonly socket: Socket;
  /** True once it has sent `hello`. */
  greeted: boolean;
  /** The number of its open requests and streams. */
  busy: number;
}

export interface ClientLimit {
  /** Returns undefined, and closes the connection, when there is no room. */
  readonly enter: (socket: Socket) => Client | undefined;
  readonly leave: (client: Client) => void;
}

/**
 * Admits clients. At the limit, it closes the oldest connection that has not sent `hello`, or else the oldest one
 * without an open request or stream. So idle connections do not block other clients.
 */
export function clientLimit(max: number = MAX_CLIENTS): ClientLimit {
  const clients = new Set<Client>();
  return {
    enter: (socket) => {
      if (clients.size >= max && !makeRoom()) {
        socket.destroy();
        return undefined;
      }
      const client = { socket, greeted: false, busy: 0 };
      clients.add(client);
      return client;
    },
    leave: (client) => {
      clients.delete(client);
    },
  };

  function makeRoom(): boolean {
    const all = [...clients];
    const idle = all.find(({ greeted }) => !greeted) ?? all.find(({ busy }) => busy === 0);
    if (idle === undefined) return false;
    clients.delete(idle);
    idle.socket.destroy();
    return true;
  }
}
