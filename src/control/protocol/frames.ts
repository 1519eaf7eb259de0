import { blockReader } from '../../ipc/blockReader.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { MAX_FRAME } from './protocol.js';

/**
 * A message as the other end reads it.
 *
 * @throws RxvisorError with code `ERR_CONTROL` for what cannot be JSON, and what the other end would refuse for its
 * length
 */
export function encodeFrame(message: object): string {
  const body = jsonOf(message);
  const length = Buffer.byteLength(body);
  if (length > MAX_FRAME) {
    throw new RxvisorError(
      'ERR_CONTROL',
      `message: ${String(length)} bytes are more than the other end takes. Send ${String(MAX_FRAME)} bytes or fewer.`,
    );
  }
  return `Content-Length: ${String(length)}\r\n\r\n${body}`;
}

function jsonOf(message: object): string {
  try {
    return JSON.stringify(message);
  } catch (cause) {
    const problem = `cannot be JSON: ${describeError(cause).message.split('\n', 1).join('')}.`;
    throw new RxvisorError('ERR_CONTROL', `message: ${problem} Give what JSON can hold.`, { cause });
  }
}

const HEADER_END = '\r\n\r\n';
/** In bytes. Ours is 24 long; others may add a Content-Type. */
const MAX_HEADER = 512;

/**
 * Cuts a stream of bytes into messages: `Content-Length: N`, an empty line, N bytes, as the Language Server Protocol
 * has it. What is announced is checked before a byte of it is kept.
 *
 * @param maxFrame in bytes; or a function that gives it for the next message
 * @returns a function of each chunk that gives the messages it ended
 * @throws RxvisorError with code `ERR_CONTROL`, from that function
 * @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol
 */
export function frameDecoder(maxFrame: number | (() => number)): (chunk: Buffer) => readonly Buffer[] {
  let frames: Buffer[] = [];
  const read = blockReader(
    {
      headEnd,
      bodyLength: (bytes, at, end) => {
        const header = bytes.toString('latin1', at, end - HEADER_END.length);
        return lengthIn(header, typeof maxFrame === 'number' ? maxFrame : maxFrame());
      },
    },
    (body) => frames.push(body),
  );
  return (chunk) => {
    frames = [];
    read(chunk);
    return frames;
  };
}

function headEnd(bytes: Buffer, at: number): number {
  const end = bytes.subarray(at, at + MAX_HEADER).indexOf(HEADER_END);
  if (end !== -1) return at + end + HEADER_END.length;
  if (bytes.length - at < MAX_HEADER) return -1;
  throw badFrame(bytes.toString('latin1', at, at + 40));
}

function lengthIn(header: string, maxFrame: number): number {
  const [field, ...more] = header.split('\r\n').filter((line) => !/^content-type:/i.test(line));
  const [, digits] = /^content-length: *(\d{1,15})$/i.exec(field ?? '') ?? [];
  if (digits === undefined || more.length > 0) throw badFrame(header);
  const length = Number(digits);
  if (length <= maxFrame) return length;
  throw new RxvisorError(
    'ERR_CONTROL',
    `Content-Length: ${digits} is more than a message may have. Send ${String(maxFrame)} bytes or fewer.`,
  );
}

function badFrame(found: string): RxvisorError {
  return new RxvisorError(
    'ERR_CONTROL',
    `header: ${show(found)} is none. Send Content-Length: N, an empty line, and N bytes of JSON.`,
  );
}

/**
 * What a frame says.
 *
 * @throws RxvisorError with code `ERR_CONTROL` when it is no JSON-RPC message
 */
export function decodeMessage(frame: Buffer): JsonRpcMessage {
  const text = frame.toString();
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new RxvisorError('ERR_CONTROL', `message: ${show(text)} is not JSON. ${remedy}`, { cause });
  }
  if (isMessage(message)) return message;
  throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} is not JSON-RPC 2.0. ${remedy}`);
}

export interface JsonRpcMessage {
  readonly jsonrpc: string;
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

const remedy = `Send an object such as { "jsonrpc": "2.0", "id": 1, "method": "ping" }.`;

function isMessage(value: unknown): value is JsonRpcMessage {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}

/** How long a value is as JSON, in UTF-16 code units; `Infinity` for what cannot be JSON, which IPC may carry. */
export function jsonSize(value: unknown): number {
  try {
    // In an array: undefined is null there, and nothing at all elsewhere.
    return JSON.stringify([value]).length - 2;
  } catch {
    return Infinity;
  }
}
