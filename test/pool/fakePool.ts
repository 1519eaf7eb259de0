import { timer } from 'rxjs';
import { onTestFinished } from 'vitest';
import { createPool, type Pool, type PoolOptions, type WorkerSpec } from '../../src/pool/index.js';
import { encode } from '../../src/ipc/encode.js';
import { frameReader } from '../../src/ipc/frameReader.js';
import { frames, WITH_SOCKET, WITH_STREAM } from '../../src/ipc/frames.js';
import { frameWriter } from '../../src/ipc/frameWriter.js';
import { encodeError } from '../../src/ipc/sentError.js';
import { type FakeChild, fakeWorld, type FakeWorld } from '../fakeEffects.js';

/** A run of a worker that does what the test says, over a real wire format. */
export interface FakeWorker {
  readonly child: FakeChild;
  /** Its number in the pool. */
  readonly number: number;
  /** The requests it has in hand, by number. */
  readonly inHand: Map<number, unknown>;
  readonly cancelled: readonly number[];
  /** Types of frames beside requests and cancellations, in their order. */
  readonly received: readonly string[];
  readonly ready: () => void;
  readonly busy: () => void;
  readonly answer: (id: number, value?: unknown) => void;
  readonly next: (id: number, value?: unknown) => void;
  readonly done: (id: number) => void;
  readonly fail: (id: number, error: unknown) => void;
  readonly release: (id: number) => void;
  readonly sendFrame: (type: number, id: number, value?: unknown, more?: number) => void;
  /** Answers all it has. */
  readonly answerAll: () => void;
  /** What it does with a request; to be set. Default: keep it. */
  onRequest: (id: number, data: unknown) => void;
  /** Whether it lets go of a request that is cancelled, and stops when asked. Default: yes. */
  cooperative: boolean;
}

export interface FakePool {
  readonly pool: Pool;
  readonly world: FakeWorld;
  /** All runs so far, in the order they were started. */
  readonly workers: FakeWorker[];
}

export interface FakeOptions extends PoolOptions {
  readonly size?: number;
  readonly spec?: Partial<WorkerSpec>;
  /** What a run does once it is there. Default: it is ready. */
  readonly live?: (worker: FakeWorker) => void;
}

const names = new Map<number, string>(Object.entries(frames).map(([name, type]) => [type, name]));

export function fakePool({ size = 2, spec, live = ({ ready }) => ready(), ...options }: FakeOptions = {}): FakePool {
  const workers: FakeWorker[] = [];
  const world = fakeWorld((child) => {
    const worker = fakeWorker(child);
    workers.push(worker);
    live(worker);
  });
  const effects = { ...world.effects, readText: () => '' };
  const pool = createPool({ script: 'worker.js', size, readyTimeout: 1_000, ...spec }, { effects, ...options });
  // What is awaited goes on when virtual time is over, in real time; it must not go on into the next spec.
  onTestFinished(async () => {
    await pool.hardStop();
  });
  return { pool, world, workers };
}

function fakeWorker(child: FakeChild): FakeWorker {
  const { wire } = child;
  if (wire === undefined) throw new Error('it has no wire');
  const inHand = new Map<number, unknown>();
  const cancelled: number[] = [];
  const received: string[] = [];
  const { send } = frameWriter({
    write: (chunks) => {
      for (const chunk of chunks) wire.write(chunk);
      return true;
    },
    soon: (work) => void timer(0).subscribe(work),
  });
  const sendFrame: FakeWorker['sendFrame'] = (type, id, value = null, more) => {
    send(type, id, encode(value), more);
  };
  const end = (type: number) => (id: number, value?: unknown) => {
    if (inHand.delete(id)) sendFrame(type, id, value);
  };
  const worker: FakeWorker = {
    child,
    number: Number(child.launch.env.RXVISOR_WORKER),
    inHand,
    cancelled,
    received,
    cooperative: true,
    onRequest: () => undefined,
    ready: () => {
      child.happen({ type: 'message', message: { rxvisor: 'hello' } });
      child.happen({ type: 'message', message: { rxvisor: 'ready' } });
      sendFrame(frames.ready, 0);
    },
    busy: () => sendFrame(frames.busy, 0),
    answer: end(frames.answer),
    next: (id, value) => sendFrame(frames.next, id, value),
    done: end(frames.done),
    fail: (id, error) => {
      if (inHand.delete(id)) send(frames.fail, id, encodeError(error, 2 ** 31));
    },
    release: (id) => sendFrame(frames.release, id),
    sendFrame,
    answerAll: () => {
      for (const [id, data] of [...inHand]) worker.answer(id, data);
    },
  };
  const read = frameReader((type, id, value) => {
    if ((type & ~(WITH_STREAM | WITH_SOCKET)) === frames.request) {
      inHand.set(id, value);
      worker.onRequest(id, value);
    } else if (type === frames.cancel) {
      cancelled.push(id);
      if (worker.cooperative) worker.done(id);
    } else {
      received.push(names.get(type) ?? String(type));
      if (type === frames.softStop && worker.cooperative) sendFrame(frames.stopped, 0);
    }
  }, 2 ** 31);
  wire.onBytes = read;
  return worker;
}
