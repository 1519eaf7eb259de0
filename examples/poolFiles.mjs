// Maps an Observable of files through a pool. The workers run in parallel, and the answers come in order.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { from, tap, toArray } from 'rxjs';
import { createPool, viaPool } from 'rxvisor/pool';

const folder = import.meta.dirname;
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => join(folder, name));

const pool = createPool({ script: join(folder, 'pool/lines.worker.mjs'), size: 2 }, { concurrency: 4 });
/** @type {import('rxjs').OperatorFunction<string, { path: string, lines: number }>} */
const counting = viaPool(pool, { ordered: true });

from(files)
  .pipe(
    counting,
    tap(({ path, lines }) => console.log(`${lines} ${path.slice(folder.length + 1)}`)),
    toArray(),
  )
  .subscribe((answers) => {
    console.log(`${answers.reduce((sum, { lines }) => sum + lines, 0)} in all`);
    void pool.softStop();
  });
