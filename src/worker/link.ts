import { Socket } from 'node:net';
import { isManaged } from '../child/manager.js';
import { frameReader } from '../ipc/frameReader.js';
import { type IdAt, idSequence, type OnFrame } from '../ipc/frames.js';
import { type FrameWriter, frameWriter, socketWire } from '../ipc/frameWriter.js';
import { type PendingReplies, pendingReplies } from '../ipc/pendingRequests.js';
import { type Streams, streams } from '../ipc/streams.js';

/** The connection to the pool: frames, streams and events. */
export interface Link {
  readonly send: FrameWriter['send'];
  readonly streams: Streams;
  /** Sends an event. Resolves with the answer. */
  readonly ask: PendingReplies['ask'];
  /** Sets the handler of frames of a type, without flags. */
  readonly on: (type: number, handler: OnFrame) => void;
  /** Resolves when the manager has read all pending bytes. Undefined if there are none. */
  readonly drained: () => Promise<void> | undefined;
  /** The maximum size of a frame, in bytes. */
  readonly limit: number;
  readonly idOf: IdAt;
}

/** The bits of the type; higher bits are flags. */
const TYPES = 31;

/** Undefined in a program without a pool as its manager. */
export const link: Link | undefined = openLink(process.env.RXVISOR_WIRE);

function openLink(setting: string | undefined): Link | undefined {
  // A child of a worker inherits its environment, but not its descriptors, and its parent is another process.
  if (!isManaged || setting === undefined) return undefined;
  const [fd, limit, seed = ''] = setting.split(' ');
  const socket = new Socket({ fd: Number(fd), readable: true, writable: true });
  const wire = socketWire(socket);
  const handlers: (OnFrame | undefined)[] = [];
  let waiting: (() => void)[] = [];
  let full = false;
  const writer = frameWriter({
    write: (chunks) => {
      full = !wire.write(chunks);
      return !full;
    },
    soon: wire.soon,
  });
  const open = streams(writer.send, Number(limit), () => undefined);
  const asked = pendingReplies(writer.send);
  const read = frameReader((type, id, value, more) => {
    const handler = handlers[type & TYPES];
    if (handler !== undefined) handler(type, id, value, more);
    else if (!asked.take(type, id, value)) open.take(type, id, value, more);
  }, Number(limit));
  const drain = (): void => {
    full = false;
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };
  wire.listen({
    onBytes: read,
    onDrain: drain,
    onClose: () => {
      open.failAll(new Error('the manager has gone'));
      drain();
    },
  });
  return {
    send: writer.send,
    streams: open,
    ask: asked.ask,
    on: (type, handler) => {
      handlers[type] = handler;
    },
    drained: () => (full ? new Promise((resolve) => waiting.push(resolve)) : undefined),
    limit: Number(limit),
    idOf: idSequence(seed),
  };
}
