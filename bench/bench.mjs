// npm run bench -- NAME: runs bench/NAME/bench.mjs.
import { existsSync } from 'node:fs';

const [name = ''] = process.argv.slice(2);
const file = new URL(`${name}/bench.mjs`, import.meta.url);
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  console.error(`no bench '${name}'. There are: control, idle, leftovers, log, pool, reload, restart, scale.`);
  process.exit(2);
}
await import(file);
