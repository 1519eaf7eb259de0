// Streams in both directions: a worker compresses 64 MiB. At most one window of it (1 MiB) is in memory.
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createPool } from 'rxvisor/pool';
/**
 * @import { Observable } from 'rxjs'
 * @import { Response } from 'rxvisor/pool'
 */

const MEBIBYTE = Buffer.alloc(2 ** 20, 'rxvisor ');
const text = Readable.from(
  Array.from({ length: 64 }, () => MEBIBYTE),
  { objectMode: false },
);

const pool = createPool({ script: join(import.meta.dirname, 'pool/gzip.worker.mjs'), size: 1 });
/** @type {Observable<Response<{ name: string }>>} */
const response$ = pool.request$({ name: 'text' }, { stream: text });
response$.subscribe(async ({ data, stream }) => {
  let bytes = 0;
  for await (const chunk of stream ?? []) bytes += chunk.length;
  console.log(`${data.name}: ${bytes > 0 && bytes < 2 ** 20 ? 'smaller than 1 MiB' : 'not compressed'}`);
  await pool.softStop();
});
