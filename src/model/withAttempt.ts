import type { ChildEvent } from './childEvent.js';
import { chunksOf, rawOutput } from './rawOutput.js';

/** The event as one of another run. Raw output stays raw, and undecoded. */
export function withAttempt(event: ChildEvent, attempt: number): ChildEvent {
  if (event.attempt === attempt) return event;
  const chunks = event.type === 'output' ? chunksOf(event) : undefined;
  if (event.type !== 'output' || chunks === undefined) return { ...event, attempt };
  const { type, stream, cut, name } = event;
  const about = { type, stream, ...(cut !== undefined && { cut }), ...(name !== undefined && { name }), attempt };
  const text: unknown = Object.getOwnPropertyDescriptor(event, 'text')?.value;
  return rawOutput(chunks, about, typeof text === 'string' ? text : undefined);
}
