import type { ChildProcess } from 'node:child_process';
import { closeHandle } from './closeHandle.js';

/**
 * Closes the socket on its way to a child that has ended without taking it. Node keeps its copy of a handle until the
 * child confirms it, for ever if the child is killed first; the other end of the connection would wait as long. The
 * field is an internal one of Node: where it is missing, nothing is done.
 */
export function closeUnreceivedHandle(child: ChildProcess): void {
  const pending: unknown = Reflect.get(child, '_pendingMessage');
  if (typeof pending !== 'object' || pending === null || !('handle' in pending)) return;
  closeHandle(pending.handle);
}
