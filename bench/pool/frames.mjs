// Frames by hand, in batches of a turn: length, id, kind (0 JSON, 1 bytes), body.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const HEAD = 9;

export function twoWorkers(mode) {
  const program = join(import.meta.dirname, 'workers/frames.mjs');
  const waiting = new Map();
  const workers = [0, 1].map(() => {
    const { stdio } = spawn(process.execPath, [program, mode], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    stdio[3].on(
      'data',
      reader((id, kind, body) => take(id, kind === 1 ? Buffer.from(body) : JSON.parse(body.toString()))),
    );
    return writer(stdio[3]);
  });
  const take = (id, value) => {
    const done = waiting.get(id);
    waiting.delete(id);
    done(value);
  };
  let last = 0;
  return {
    ask: (value, done) => {
      last += 1;
      waiting.set(last, done);
      workers[last % 2](
        last,
        Buffer.isBuffer(value) ? 1 : 0,
        Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
      );
    },
  };
}

export function writer(socket) {
  let parts = [];
  const flush = () => {
    const gathered = parts;
    parts = [];
    if (gathered.some(({ length }) => length > 65_536)) {
      socket.cork();
      for (const part of gathered) socket.write(part);
      socket.uncork();
    } else socket.write(Buffer.concat(gathered));
  };
  return (id, kind, body) => {
    const head = Buffer.allocUnsafe(HEAD);
    head.writeUInt32LE(body.length, 0);
    head.writeUInt32LE(id, 4);
    head[8] = kind;
    if (parts.push(head, body) === 2) process.nextTick(flush);
  };
}

export function reader(onFrame) {
  let pending = [];
  let size = 0;
  let needed = HEAD;
  return (chunk) => {
    pending.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const bytes = pending.length === 1 ? chunk : Buffer.concat(pending);
    let at = 0;
    needed = HEAD;
    while (bytes.length - at >= HEAD) {
      const length = bytes.readUInt32LE(at);
      if (bytes.length - at < HEAD + length) {
        needed = HEAD + length;
        break;
      }
      onFrame(bytes.readUInt32LE(at + 4), bytes[at + 8], bytes.subarray(at + HEAD, at + HEAD + length));
      at += HEAD + length;
    }
    pending = at < bytes.length ? [bytes.subarray(at)] : [];
    size = bytes.length - at;
  };
}
