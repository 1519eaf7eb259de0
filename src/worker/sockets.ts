import { Server, Socket } from 'node:net';
import { onInternalMessage } from '../child/manager.js';
import { frames } from '../ipc/frames.js';
import type { Link } from './link.js';

type Handle = Socket | Server | undefined;

/** A handle arrives over IPC, its request over the pipe: either may come first. */
const arrived = new Map<number, Handle>();
const awaited = new Map<number, (handle: Handle) => void>();

/** The sockets of requests that are answered, or are being answered. */
const open = new Map<number, Socket | Server>();

/** Calls back when the handle of a request has arrived; with undefined if it was lost on its way. */
export function whenArrived(id: number, take: (handle: Handle) => void): void {
  if (!arrived.has(id)) {
    awaited.set(id, take);
    return;
  }
  const handle = arrived.get(id);
  arrived.delete(id);
  take(handle);
}

/** Closes the handle of a request when it arrives. False if the request does not wait for a handle. */
export function abandon(id: number): boolean {
  if (!awaited.has(id)) return false;
  awaited.set(id, (handle) => {
    if (handle !== undefined) closeHandle(handle);
  });
  return true;
}

/** Closes the handle of a request that was answered after its cancellation. */
export function closeLate(id: number): void {
  const handle = open.get(id);
  if (handle !== undefined) closeHandle(handle);
}

export function closeHandle(handle: Socket | Server): void {
  if (handle instanceof Socket) handle.destroy();
  else handle.close();
}

/** Receives sockets and servers, and reports to the pool when one has closed. */
export function receiveSockets({ send }: Link): void {
  onInternalMessage((message, handle) => {
    const id = idOf(message);
    if (id === undefined) return;
    const taken = handle instanceof Socket || handle instanceof Server ? handle : undefined;
    const closed = (): void => {
      open.delete(id);
      send(frames.socketClosed, id);
    };
    if (taken === undefined) closed();
    else {
      open.set(id, taken);
      taken.once('close', closed);
    }
    const take = awaited.get(id);
    if (take === undefined) {
      arrived.set(id, taken);
      return;
    }
    awaited.delete(id);
    take(taken);
  });
}

function idOf(message: object): number | undefined {
  return 'rxvisor' in message && message.rxvisor === 'socket' && 'id' in message ? Number(message.id) : undefined;
}
