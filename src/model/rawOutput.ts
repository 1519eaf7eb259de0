import type { ChildEvent, Output } from './childEvent.js';

const raw = Symbol('rxvisor.bytes');

/**
 * An `output` that also bears the bytes that came, in UTF-8 and in pieces: a sink that writes bytes need not encode it.
 * Without a `text` that is decoded when somebody reads it. A copy of it (`{ ...event }`) is an ordinary event.
 */
export function rawOutput(chunks: readonly Uint8Array[], about: Omit<Output, 'text'>, text?: string): Output {
  const event: Output = { ...about, text: text ?? '' };
  return text === undefined
    ? Object.defineProperties(event, { [raw]: { value: chunks }, text: decoded })
    : Object.defineProperty(event, raw, { value: chunks });
}

/**
 * One getter for all: V8 keeps a getter with the shape of its object, so that one for each event would make a shape for
 * each event, which lives, and its bytes with it, until the next full collection: 35 MB more, and a quarter slower.
 */
const decoded = {
  enumerable: true,
  get(this: Output): string {
    return decodeChunks(chunksOf(this) ?? []);
  },
};

/** Its bytes, in pieces; undefined for an output that is text. */
export function chunksOf(event: Output): readonly Uint8Array[] | undefined {
  const chunks: unknown = Reflect.get(event, raw);
  return isChunks(chunks) ? chunks : undefined;
}

/** The text of UTF-8 in pieces; characters may straddle them. */
export function decodeChunks(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}

function isChunks(value: unknown): value is readonly Uint8Array[] {
  return Array.isArray(value);
}

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
