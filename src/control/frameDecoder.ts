import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

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
  let chunks: Buffer[] = [];
  let held = 0;
  let length: number | undefined;

  return (chunk) => {
    const frames: Buffer[] = [];
    chunks.push(chunk);
    held += chunk.length;
    for (;;) {
      if (length === undefined) {
        const bytes = joined();
        const end = bytes.subarray(0, MAX_HEADER).indexOf(HEADER_END);
        if (end === -1) {
          if (bytes.length >= MAX_HEADER) throw badFrame(bytes.toString('latin1', 0, 40));
          return frames;
        }
        length = lengthIn(bytes.toString('latin1', 0, end), typeof maxFrame === 'number' ? maxFrame : maxFrame());
        keep(bytes.subarray(end + HEADER_END.length));
      }
      if (held < length) return frames;
      const bytes = joined();
      frames.push(bytes.subarray(0, length));
      keep(bytes.subarray(length));
      length = undefined;
    }
  };

  function keep(rest: Buffer): void {
    chunks = [rest];
    held = rest.length;
  }

  function joined(): Buffer {
    const [first, ...others] = chunks;
    if (first !== undefined && others.length === 0) return first;
    const all = Buffer.concat(chunks);
    chunks = [all];
    return all;
  }
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
