// How long it takes from the SIGKILL of a child to the first instruction of its next incarnation.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compile } from '../shared/compile.mjs';
import { printMachine } from '../shared/machine.mjs';
import { startManager } from '../shared/manager.mjs';
import { fixed, median, quantile } from '../shared/numbers.mjs';
import { milliseconds, stampsIn } from '../shared/stamps.mjs';
import { printTable } from '../shared/table.mjs';
import { inWorkspace } from '../shared/workspace.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { runs: { type: 'string', default: '100' }, only: { type: 'string' } },
});
const runs = Number(values.runs);
const only = values.only?.split(',');
const managers = ['node', 'rxvisor', 'pm2', 'respawn', 'forever-monitor'].filter(
  (name) => only?.includes(name) ?? true,
);

/** Restarts that are not counted: the manager's code is cold. */
const WARM_UP = 10;
/** Between a start and the next kill, in ms: the manager is idle again. */
const REST = 50;

printMachine();
await inWorkspace('restart', async (workspace) => {
  const command = compile(join(import.meta.dirname, '../shared/stamp.c'), workspace.folder);
  const times = {};
  for (const name of managers) times[name] = await restarts(name, command, workspace);
  const rows = Object.entries(times).map(([name, found]) => [
    name,
    fixed(median(found), 2),
    fixed(quantile(found, 0.95), 2),
    fixed(median(found) / median(times.node ?? []), 2),
  ]);
  printTable(`From SIGKILL to the next start, ${runs} times`, ['manager', 'median ms', 'p95 ms', '÷ bare Node'], rows);
});

async function restarts(name, command, { folder, env }) {
  const stamps = stampsIn(join(folder, `${name}.stamps`));
  const job = { command, args: [stamps.path] };
  const manager = await startManager(join(import.meta.dirname, `managers/${name}.mjs`), job, env);
  const times = [];
  for (let count = 1; count <= WARM_UP + runs; count += 1) {
    const { pid } = (await stamps.atLeast(count)).at(-1);
    await sleep(REST);
    const killed = process.hrtime.bigint();
    process.kill(pid, 'SIGKILL');
    const { time } = (await stamps.atLeast(count + 1)).at(-1);
    times.push(milliseconds(killed, time));
  }
  await manager.stop();
  return times.slice(WARM_UP);
}
