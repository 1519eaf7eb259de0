// An app of two instances under load, on kept and on fresh connections: its throughput, and what fails while it is reloaded.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { printMachine } from '../shared/machine.mjs';
import { startManager } from '../shared/manager.mjs';
import { fixed, median } from '../shared/numbers.mjs';
import { printTable } from '../shared/table.mjs';
import { inWorkspace } from '../shared/workspace.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    requests: { type: 'string', default: '50000' },
    reloads: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const [requests, reloads, rounds] = [values.requests, values.reloads, values.rounds].map(Number);
const only = values.only?.split(',');
const among = (...names) => names.filter((name) => only?.includes(name) ?? true);
const instances = 2;
const app = join(import.meta.dirname, 'app.mjs');

printMachine();
await inWorkspace('reload', async (workspace) => {
  const rows = [];
  for (const name of reloads === 0 ? [] : among('rxvisor', 'pm2'))
    rows.push([name, ...(await reloading(name, workspace))]);
  printTable(
    `${instances} instances, reloaded ${reloads} times under load`,
    ['manager', 'requests', 'failed', 'of these on kept connections', 'reloads s'],
    rows,
  );

  const rates = new Map(among('node', 'rxvisor', 'pm2').map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // They take turns, so that a slow minute of the machine is not one manager's.
    for (const [name, found] of rates) found.push(await throughput(name, workspace));
  }
  const bare = median(rates.get('node') ?? [NaN]);
  printTable(
    `Requests a second on 20 kept connections, ${rounds} times 3 s`,
    ['manager', 'median', 'min–max', '÷ bare node:cluster'],
    [...rates].map(([name, found]) => [
      name,
      fixed(median(found), 0),
      `${fixed(Math.min(...found), 0)}–${fixed(Math.max(...found), 0)}`,
      fixed(median(found) / bare, 2),
    ]),
  );
});

async function reloading(name, { folder, env }) {
  const done = join(folder, `${name}.done`);
  const { manager, url } = await started(name, { done }, env);
  const loads = [{ connections: 10 }, { connections: 4, headers: { connection: 'close' } }].map((load) =>
    autocannon({ url, duration: 100_000, timeout: 10, ...load }),
  );
  const count = () => loads.reduce((sum, { requests }) => sum + (requests ?? 0), 0);
  for (const load of loads) {
    load.requests = 0;
    load.on('response', () => (load.requests += 1));
  }
  await sleep(500);
  const begin = performance.now();
  process.kill(manager.pid, 'SIGUSR2');
  while (!existsSync(done)) await sleep(20);
  const took = (performance.now() - begin) / 1_000;
  while (count() < requests) await sleep(20);
  for (const load of loads) load.stop();
  const results = await Promise.all(loads);
  await manager.stop();
  const failed = results.map(({ errors, timeouts, non2xx }) => errors + timeouts + non2xx);
  return [count(), failed[0] + failed[1], failed[0], fixed(took, 1)];
}

async function throughput(name, { env }) {
  const { manager, url } = await started(name, {}, env);
  await autocannon({ url, connections: 20, duration: 1 });
  const { requests } = await autocannon({ url, connections: 20, duration: 3 });
  await manager.stop();
  return requests.average;
}

async function started(name, job, env) {
  const port = await freePort();
  const file = join(import.meta.dirname, `managers/${name}.mjs`);
  const manager = await startManager(file, { ...job, app, port, instances, reloads }, env);
  return { manager, url: `http://127.0.0.1:${port}/` };
}

async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}
