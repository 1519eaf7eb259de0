// Maps an Observable of files through a pool. The workers run in parallel, and the answers come in order.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { from, reduce, tap } from 'rxjs';
import { createPool, viaPool } from 'rxvisor/pool';
/** @import { OperatorFunction } from 'rxjs' */

const folder = import.meta.dirname;
const paths = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => join(folder, name));

const pool = createPool({ script: join(folder, 'pool/lines.worker.mjs'), size: 2 }, { concurrency: 4 });
/** @type {OperatorFunction<string, { path: string, lines: number }>} */
const countLines = viaPool(pool, { ordered: true });

from(paths)
  .pipe(
    countLines,
    tap(({ path, lines }) => console.log(`${lines} ${basename(path)}`)),
    reduce((total, { lines }) => total + lines, 0),
  )
  .subscribe((total) => {
    console.log(`${total} in total`);
    void pool.softStop();
  });
