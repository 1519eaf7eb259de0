import type { Socket } from 'node:net';

/** So many clients at once; each takes a descriptor, and the children need some, too. */
export const MAX_CLIENTS = 256;

/** A connection, and what it does. */
export interface Visitor {
  readonly socket: Socket;
  /** It has said hello. */
  greeted: boolean;
  /** How many requests and streams of it are under way. */
  busy: number;
}

export interface Admission {
  /** Undefined when there is no room, and the connection was closed. */
  readonly enter: (socket: Socket) => Visitor | undefined;
  readonly leave: (visitor: Visitor) => void;
}

/**
 * Lets clients in. When there is no room, the oldest connection that has not said hello makes room, or else the oldest one
 * that has nothing under way: connections that are opened and not used lock nobody out.
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
