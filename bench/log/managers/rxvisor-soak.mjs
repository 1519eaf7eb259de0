// Three logs: a rotated one, a stripped one with compressed rotations, and one of a child that crashes repeatedly.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { merge } from 'rxjs';
import { managed$ } from 'rxvisor';
import { begun, job } from '../../shared/job.mjs';

const { script, rate, folder, sample, every } = job;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const child = (name, mode, life, log, more = {}) =>
  managed$({
    name,
    script,
    args: [rate, mode, life].map(String),
    log: { file: join(folder, `${name}.log`), ...log },
    restartAt: [100],
    ...more,
  });

let restarts = 0;
let failures = 0;
merge(
  child('rotated', 'plain', Infinity, { rotate: { size: 10_000_000, keep: 3 } }),
  child(
    'stripped',
    'colour',
    Infinity,
    { rotate: { size: 10_000_000, keep: 3, gzip: true } },
    { stripANSI: true, output: false },
  ),
  child('crasher', 'plain', 1, { rotate: { size: 1_000_000, keep: 3 } }),
).subscribe(({ type }) => {
  if (type === 'backingOff') restarts += 1;
  if (type === 'logFailed') failures += 1;
});
setInterval(() => {
  collect();
  writeFileSync(sample, JSON.stringify({ heap: process.memoryUsage().heapUsed / 2 ** 20, restarts, failures }));
}, every);
begun();
