import { fork } from 'node:child_process';
import { join } from 'node:path';

export function open() {
  const waiting = new Map();
  const workers = [0, 1].map(() => {
    const worker = fork(join(import.meta.dirname, '../workers/process-send.mjs'), { serialization: 'advanced' });
    worker.on('message', ([id, value]) => {
      const done = waiting.get(id);
      waiting.delete(id);
      done(value);
    });
    return worker;
  });
  let last = 0;
  return {
    ask: (value, done) => {
      last += 1;
      waiting.set(last, done);
      workers[last % 2].send([last, value]);
    },
  };
}
