import { frames, WITH_STREAM } from '../wire/frames.js';
import type { Input } from './scheduler/inputs.js';
import type { Memory, Slot } from './scheduler/slot.js';
import type { WorkerLink } from './workerLink.js';

/**
 * What a frame of a worker's means for its pool. Those about requests come first: they are the many. Undefined for events of
 * the worker's own, and for what means nothing.
 */
export function inputOf(
  slot: Slot,
  link: WorkerLink,
  type: number,
  id: number,
  value: unknown,
  more: number,
): Input | undefined {
  switch (type & ~WITH_STREAM) {
    case frames.answer:
      return { type: 'answer', slot, link, number: id, data: value, stream: streamOf(link, type, more) };
    case frames.next:
      return { type: 'next', slot, link, number: id, data: value, stream: streamOf(link, type, more) };
    case frames.done:
      return { type: 'done', slot, link, number: id };
    case frames.fail:
      return { type: 'failed', slot, link, number: id, error: value };
    case frames.release:
      return { type: 'release', slot, link, number: id };
    case frames.ready:
      return { type: 'ready', slot, link };
    case frames.busy:
      return { type: 'busy', slot, link };
    case frames.hello:
      return { type: 'hello', slot, link };
    case frames.stopped:
      return { type: 'softStopped', slot, link };
    case frames.socketClosed:
      return { type: 'socketClosed', slot, link };
    case frames.health:
      return isMemory(value) ? { type: 'health', slot, link, memory: value } : undefined;
    default:
      return undefined;
  }
}

/** At once, whatever becomes of it: its first bytes may be next on the wire. */
function streamOf(
  { streams }: WorkerLink,
  type: number,
  id: number,
): ReturnType<WorkerLink['streams']['accept']> | undefined {
  return (type & WITH_STREAM) === 0 ? undefined : streams.accept(id);
}

function isMemory(value: unknown): value is Memory {
  return typeof value === 'object' && value !== null && 'rss' in value && typeof value.rss === 'number';
}
