// One manager with many idle children, each with a log: how soon they run, what they cost, how soon they have ended.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compile } from '../shared/compile.mjs';
import { printMachine } from '../shared/machine.mjs';
import { startManager } from '../shared/manager.mjs';
import { fixed, highest } from '../shared/numbers.mjs';
import { childrenOf, cpuTime, isAlive, rss } from '../shared/proc.mjs';
import { milliseconds, stampsIn } from '../shared/stamps.mjs';
import { printTable } from '../shared/table.mjs';
import { inWorkspace } from '../shared/workspace.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    children: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    only: { type: 'string' },
  },
});
const [children, seconds] = [values.children, values.seconds].map(Number);
const only = values.only?.split(',');
const managers = ['node', 'rxvisor', 'pm2'].filter((name) => only?.includes(name) ?? true);

/** After the start, before the manager counts as idle, in ms. */
const REST = 2_000;
/** Who is alive so many ms after the stop was asked for is left. */
const WITHIN = 10_000;
const HEAD = ['manager', 'all started s', 'RSS MB', 'RSS of helpers MB', 'idle CPU %', 'all stopped s', 'left alive'];

printMachine();
await inWorkspace('scale', async (workspace) => {
  const command = compile(join(import.meta.dirname, '../shared/stamp.c'), workspace.folder);
  const rows = [];
  for (const name of managers) rows.push([name, ...(await costs(name, command, workspace))]);
  printTable(`${children} idle children with logs; ${seconds} s of idling`, HEAD, rows);
});

async function costs(name, command, { folder, env }) {
  const stamps = stampsIn(join(folder, `${name}.stamps`));
  const job = { command, args: [stamps.path], children, folder: join(folder, name) };
  const manager = await startManager(join(import.meta.dirname, `managers/${name}.mjs`), job, env);
  const { pid, time } = manager.said;
  const started = await stamps.atLeast(children);
  const starting = started.map((stamp) => milliseconds(BigInt(time), stamp.time));
  await sleep(REST);

  const used = cpuTime(pid);
  await sleep(seconds * 1_000);
  const cpu = (cpuTime(pid) - used) / (seconds * 10);
  const pids = started.map((stamp) => stamp.pid);
  const helpers = childrenOf(pid).filter((child) => !pids.includes(child));
  const memory = [rss(pid), helpers.reduce((sum, helper) => sum + rss(helper), 0)];

  const asked = performance.now();
  manager.signal();
  let left = pids;
  while ((left = left.filter(isAlive)).length > 0 && performance.now() - asked < WITHIN) await sleep(2);
  const stopping = left.length === 0 ? (performance.now() - asked) / 1_000 : NaN;
  await manager.stop();
  return [
    fixed(highest(starting) / 1_000, 2),
    ...memory.map((value) => fixed(value, 1)),
    fixed(cpu, 2),
    fixed(stopping, 3),
    left.length,
  ];
}
