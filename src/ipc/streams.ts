import type { Readable } from 'node:stream';
import { type Inflow, inflow, type Outflow, outflow } from './flow.js';
import { frames } from './frames.js';
import type { FrameWriter } from './frameWriter.js';

/** The streams of one wire, in both directions. The side that writes a stream chooses its id. */
export interface Streams {
  /** Starts to send a stream. */
  readonly open: (id: number, source: Readable) => void;
  /** Starts to receive a stream that the other side has opened. */
  readonly accept: (id: number) => Readable;
  /** Stops sending a stream: nobody reads it. */
  readonly halt: (id: number) => void;
  /** Handles a frame. Returns false if it is not about a stream. */
  readonly take: (type: number, id: number, value: unknown, more: number) => boolean;
  /** Fails all open streams: the wire is closed. */
  readonly failAll: (error: Error) => void;
  /** The number of open streams. */
  readonly count: () => number;
}

/**
 * @param limit the maximum size of a frame, in bytes
 * @param onIdle called when no stream is open any more
 */
export function streams(send: FrameWriter['send'], limit: number, onIdle: () => void): Streams {
  const outflows = new Map<number, Outflow>();
  const inflows = new Map<number, Inflow>();
  const count = (): number => outflows.size + inflows.size;
  const leave = (map: Map<number, unknown>, id: number) => (): void => {
    if (map.delete(id) && count() === 0) onIdle();
  };

  return {
    open: (id, source) => {
      outflows.set(id, outflow(source, { id, send, limit, onOver: leave(outflows, id) }));
    },
    accept: (id) => {
      const flow = inflow(id, send, leave(inflows, id));
      inflows.set(id, flow);
      return flow.stream;
    },
    halt: (id) => outflows.get(id)?.stop(),
    take,
    failAll: (error) => {
      for (const flow of [...outflows.values()]) flow.stop(error);
      for (const flow of [...inflows.values()]) flow.abort(error);
    },
    count,
  };

  function take(type: number, id: number, value: unknown, more: number): boolean {
    switch (type) {
      case frames.data:
        if (value instanceof Uint8Array) inflows.get(id)?.data(value);
        else inflows.get(id)?.stream.destroy(errorOf(value));
        return true;
      case frames.end:
        inflows.get(id)?.end();
        return true;
      case frames.abort:
        inflows.get(id)?.abort(errorOf(value));
        return true;
      case frames.credit:
        outflows.get(id)?.credit(more);
        return true;
      case frames.halt:
        outflows.get(id)?.stop();
        return true;
      default:
        return false;
    }
  }
}

function errorOf(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
