import { join } from 'node:path';
import { Worker } from 'jest-worker';

export function open() {
  const pool = new Worker(join(import.meta.dirname, '../workers/jest-worker.cjs'), {
    numWorkers: 2,
    exposedMethods: ['echo'],
    forkOptions: { serialization: 'advanced' },
  });
  return { ask: (value, done) => pool.echo(value).then(done) };
}
