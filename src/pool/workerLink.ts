import type { Encoded } from '../ipc/encode.js';
import { frameReader } from '../ipc/frameReader.js';
import type { OnFrame } from '../ipc/frames.js';
import { type FrameWriter, frameWriter } from '../ipc/frameWriter.js';
import { pendingReplies } from '../ipc/pendingRequests.js';
import { type Streams, streams } from '../ipc/streams.js';
import type { Wire } from '../model/spawnedProcess.js';

/** The connection to one run of a worker: frames, streams and events. */
export interface WorkerLink {
  readonly send: FrameWriter['send'];
  readonly streams: Streams;
  /** Sends an event. Resolves with the answer. Rejects if the worker ends first. */
  readonly ask: (event: Encoded) => Promise<unknown>;
  readonly close: () => void;
}

export interface WorkerLinkOptions {
  /** The maximum size of a frame, in bytes. */
  readonly limit: number;
  /** Handles frames that concern neither a stream nor the answer to an event. */
  readonly onFrame: OnFrame;
  /** The last open stream has ended. */
  readonly onIdle: () => void;
  /** The connection has closed, with the problem, if there was one. */
  readonly onClose: (problem: Error | undefined) => void;
  /** The error of open streams and events then. */
  readonly death: () => Error;
}

export function workerLink(wire: Wire, { limit, onFrame, onIdle, onClose, death }: WorkerLinkOptions): WorkerLink {
  const { send } = frameWriter(wire);
  const open = streams(send, limit, onIdle);
  const asked = pendingReplies(send);
  let problem: Error | undefined;

  const read = frameReader((type, id, value, more) => {
    if (asked.take(type, id, value) || open.take(type, id, value, more)) return;
    onFrame(type, id, value, more);
  }, limit);

  wire.listen({
    onBytes: (chunk) => {
      try {
        read(chunk);
      } catch (error) {
        problem ??= error instanceof Error ? error : new Error(String(error));
        wire.close();
      }
    },
    onDrain: () => undefined,
    onClose: () => {
      open.failAll(death());
      asked.rejectAll(death);
      onClose(problem);
    },
  });

  return {
    send,
    streams: open,
    ask: asked.ask,
    close: wire.close,
  };
}
