import type { Encoded } from '../../src/ipc/encode.js';
import { frameReader } from '../../src/ipc/frameReader.js';
import { frames } from '../../src/ipc/frames.js';
import { frameWriter } from '../../src/ipc/frameWriter.js';

/** What arrives on the other side of a wire, with the limit that a frame has there. */
export function carried(encoded: Encoded, limit = 2 ** 31): unknown {
  const values: unknown[] = [];
  const read = frameReader((_type, _id, value) => values.push(value), limit);
  const { send, flush } = frameWriter({
    write: (chunks) => {
      for (const chunk of chunks) read(Buffer.from(chunk));
      return true;
    },
    soon: () => undefined,
  });
  send(frames.answer, 1, encoded);
  flush();
  if (values.length !== 1) throw new Error(`${String(values.length)} frames have arrived`);
  return values[0];
}
