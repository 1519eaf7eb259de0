import { join } from 'node:path';
import farm from 'worker-farm';

export function open() {
  const options = { maxConcurrentWorkers: 2, maxConcurrentCallsPerWorker: 1_000 };
  const workers = farm(options, join(import.meta.dirname, '../workers/worker-farm.cjs'));
  return { ask: (value, done) => workers(value, (_error, answer) => done(answer)) };
}
