import type { Socket } from 'node:net';

/** The most clients at once. Each takes a descriptor, and the children need some, too. */
export const MAX_CLIENTS = 256;

/** A connection and its use. */
export interface Visitor {
  readonly socket: Socket;
  /** Whether it has sent `hello`. */
  greeted: boolean;
  /** The number of its open requests and streams. */
  busy: number;
}

export interface Admission {
  /** Undefined when there is no room, and the connection was closed. */
  readonly enter: (socket: Socket) => Visitor | undefined;
  readonly leave: (visitor: Visitor) => void;
}

/**
 * Admits clients. At the limit it closes the oldest connection that has not sent `hello`, or else the oldest one without an
 * open request or stream. So unused connections do not block other clients.
 */
export function admission(max: number = MAX_CLIENTS): Admission {
  const visitors = new Set<Visitor>();
  return {
    enter: (socket) => {
      if (visitors.size >= max && !makeRoom()) {
        socket.destroy();
        return undefined;
      }
      const visitor = { socket, greeted: false, busy: 0 };
      visitors.add(visitor);
      return visitor;
    },
    leave: (visitor) => {
      visitors.delete(visitor);
    },
  };

  function makeRoom(): boolean {
    const all = [...visitors];
    const idle = all.find(({ greeted }) => !greeted) ?? all.find(({ busy }) => busy === 0);
    if (idle === undefined) return false;
    visitors.delete(idle);
    idle.socket.destroy();
    return true;
  }
}
