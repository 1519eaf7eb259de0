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
  const started = await Promise.all(managers.map((name) => start(name, command, workspace)));
  const times = Object.fromEntries(managers.map((name) => [name, []]));
  // They take turns, so that a slow minute of the machine is not one manager's.
  for (let round = 0; round < WARM_UP + runs; round += 1) {
    for (const [index, restart] of started.entries()) times[managers[index]].push(await restart());
  }
  for (const name of managers) times[name].splice(0, WARM_UP);
  for (const { stop } of started) await stop();
  const rows = Object.entries(times).map(([name, found]) => [
    name,
    fixed(median(found), 2),
    fixed(quantile(found, 0.95), 2),
    fixed(median(found) / median(times.node ?? []), 2),
  ]);
  printTable(`From SIGKILL to the next start, ${runs} times`, ['manager', 'median ms', 'p95 ms', '÷ bare Node'], rows);
});

/** Gives a function that kills the manager's child and tells how long it took to the next one. */
async function start(name, command, { folder, env }) {
  const stamps = stampsIn(join(folder, `${name}.stamps`));
  const job = { command, args: [stamps.path] };
  const manager = await startManager(join(import.meta.dirname, `managers/${name}.mjs`), job, env);
  let count = 1;
  const restart = async () => {
    const { pid } = (await stamps.atLeast(count)).at(-1);
    await sleep(REST);
    const killed = process.hrtime.bigint();
    process.kill(pid, 'SIGKILL');
    count += 1;
    const { time } = (await stamps.atLeast(count)).at(-1);
    return milliseconds(killed, time);
  };
  return Object.assign(restart, { stop: manager.stop });
}
