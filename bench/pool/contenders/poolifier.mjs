import { once } from 'node:events';
import { join } from 'node:path';
import { FixedClusterPool } from 'poolifier';

export async function open() {
  // In CommonJS: with an ES module, its first message comes before it listens.
  const pool = new FixedClusterPool(2, join(import.meta.dirname, '../workers/poolifier.cjs'));
  if (!pool.info.ready) await once(pool.emitter, 'ready');
  return { ask: (value, done) => pool.execute(value).then(done) };
}
