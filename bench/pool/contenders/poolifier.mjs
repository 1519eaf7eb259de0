import { join } from 'node:path';
import { FixedClusterPool } from 'poolifier';

export function open() {
  const pool = new FixedClusterPool(2, join(import.meta.dirname, '../workers/poolifier.mjs'));
  return { ask: (value, done) => pool.execute(value).then(done) };
}
