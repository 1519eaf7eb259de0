// Requests a second through two workers that echo: rxvisor, other process pools, and the least that plain Node needs.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printMachine } from '../shared/machine.mjs';
import { fixed, median } from '../shared/numbers.mjs';
import { printTable } from '../shared/table.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
    cases: { type: 'string' },
  },
});
const only = values.only?.split(',');
const chosen = values.cases?.split(',');
const contenders = [
  'frames',
  'frames-json',
  'process-send',
  'rxvisor',
  'worker-farm',
  'poolifier',
  'jest-worker',
  'load-process-manager',
].filter((name) => only?.includes(name) ?? true);
const cases = [
  ['64', { title: '{ n } there and back, 64 outstanding', outstanding: 64 }],
  ['1000', { title: '{ n } there and back, 1,000 outstanding', outstanding: 1_000 }],
  ['1', { title: '{ n } there and back, one at a time', outstanding: 1 }],
  ['buffers', { title: 'Buffers of 1 MiB there and back, 4 outstanding', outstanding: 4, bytes: 2 ** 20 }],
].filter(([name]) => chosen?.includes(name) ?? true);

printMachine();
for (const [, { title, ...job }] of cases) {
  const results = Object.fromEntries(contenders.map((name) => [name, []]));
  // In turns, so that what else the machine does falls upon all alike.
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const name of contenders) results[name].push(runOnce(name, { ...job, seconds: Number(values.seconds) }));
  }
  const rate = (name) => median(results[name]?.map((result) => result.rate) ?? [NaN]);
  const rows = contenders.map((name) => [
    name,
    fixed(rate(name), 0),
    ...(job.bytes ? [fixed((rate(name) * 2 * job.bytes) / 1e6, 0)] : []),
    fixed(median(results[name].map(({ p50 }) => p50)), 3),
    fixed(median(results[name].map(({ p99 }) => p99)), 3),
    fixed(rate(name) / rate('frames-json'), 2),
  ]);
  const head = ['pool', 'requests/s', ...(job.bytes ? ['MB/s'] : []), 'p50 ms', 'p99 ms', '÷ frames-json'];
  printTable(title, head, rows);
}
if (chosen?.includes('stream') ?? true) {
  const { seconds, growth, bytes } = runOnce('rxvisor', { stream: 2 ** 30 });
  printTable(
    '1 GiB through a worker of rxvisor and back',
    ['MB/s', 'RSS of the manager grown by, MiB'],
    [[fixed((2 * bytes) / 1e6 / seconds, 0), fixed(growth / 2 ** 20, 1)]],
  );
}

function runOnce(name, job) {
  const program = join(import.meta.dirname, 'run.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [program, name, JSON.stringify(job)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const line = stdout.trim().split('\n').at(-1);
  if (!line?.startsWith('{')) throw new Error(`${name} has no result: ${stdout}${stderr}`);
  return JSON.parse(line);
}
