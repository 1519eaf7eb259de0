// What it costs to ask a manager, and what it costs the manager to be asked.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { connectControl } from '../../dist/control/index.js';
import { printMachine } from '../shared/machine.mjs';
import { fixed, lowest, median } from '../shared/numbers.mjs';
import { peakRss } from '../shared/proc.mjs';
import { printTable } from '../shared/table.mjs';
import { until } from '../shared/until.mjs';
import { inWorkspace } from '../shared/workspace.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    runs: { type: 'string', default: '25' },
    followers: { type: 'string', default: '50' },
    rate: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: 'start,calls,followers' },
  },
});
const { only, ...numbers } = values;
const [runs, followers, rate, seconds] = ['runs', 'followers', 'rate', 'seconds'].map((key) => Number(numbers[key]));

const here = import.meta.dirname;
const main = join(here, '../../dist/cli/main.js');

printMachine();
await inWorkspace('control', async ({ folder, env }) => {
  const home = { ...env, RXVISOR_HOME: folder };
  const rxvisor = (...args) => spawnSync(process.execPath, [main, ...args], { env: home, encoding: 'utf8' });
  const socket = join(folder, 'run', 'daemon.sock');
  const services = (file, specs) => {
    writeFileSync(join(folder, file), JSON.stringify(specs));
    const { status, stderr } = rxvisor('start', join(folder, file));
    if (status !== 0) throw new Error(stderr);
  };
  try {
    if (only.includes('start') || only.includes('calls')) {
      services(
        'ten.config.json',
        Array.from({ length: 10 }, (_, n) => ({ name: `job ${n}`, command: 'sleep', args: ['600'] })),
      );
      if (only.includes('start')) await start(folder, home);
      if (only.includes('calls')) await calls(socket);
      rxvisor('shutdown');
    }
    if (only.includes('followers')) {
      const log = join(folder, 'flood.log');
      const args = [String(rate), String(seconds)];
      services('one.config.json', [{ name: 'flood', script: join(here, 'ticker.mjs'), args, log, output: false }]);
      await follow(socket, log, home);
    }
  } finally {
    rxvisor('shutdown');
  }
});

/** From the start of the command to its end, beside a bare client; they take turns. */
async function start(folder, env) {
  const path = join(folder, 'bare.sock');
  const server = spawn(process.execPath, [join(here, 'server.cjs'), path], { env });
  await once(server.stdout, 'data');
  const commands = {
    'a bare client': [join(here, 'client.cjs'), path],
    'list --json': [main, 'list', '--json'],
    list: [main, 'list'],
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const [name, args] of Object.entries(commands)) {
      const begin = performance.now();
      const { status } = spawnSync(process.execPath, args, { env });
      if (status !== 0) throw new Error(`${name} ended with ${status}`);
      times[name].push(performance.now() - begin);
    }
  }
  server.kill();
  const bare = times['a bare client'];
  const rows = Object.entries(times).map(([name, found]) => [
    name,
    fixed(median(found), 0),
    fixed(lowest(found), 0),
    fixed(median(found) / median(bare), 2),
    fixed(lowest(found) / lowest(bare), 2),
  ]);
  printTable(
    `A command over 10 children, ${runs} times`,
    ['', 'median ms', 'least ms', '÷ bare', 'least ÷ least'],
    rows,
  );
}

/** On one connection, one after the other, and 32 at once. */
async function calls(path) {
  const control = await connectControl(path);
  const rates = [];
  for (const abreast of [1, 32]) {
    const end = performance.now() + 5_000;
    let count = 0;
    const ask = async () => {
      for (; performance.now() < end; count += 1) await control.list();
    };
    const begin = performance.now();
    await Promise.all(Array.from({ length: abreast }, ask));
    rates.push([abreast, fixed(count / ((performance.now() - begin) / 1_000), 0)]);
  }
  control.close();
  printTable('`list` over 10 children, one connection', ['at once', 'calls a second'], rates);
}

async function follow(path, log, env) {
  const control = await connectControl(path);
  const clients = spawn(process.execPath, [join(here, 'followers.mjs'), path, String(followers)], { env });
  const said = createInterface(clients.stdout)[Symbol.asyncIterator]();
  await said.next();
  const total = rate * seconds;
  let last = '';
  let lines = 0;
  await until(
    () =>
      spawnSync('tail', ['-n', '1', log], { encoding: 'latin1' }).stdout.startsWith(String(total).padStart(10, '0')),
    'the last line',
    { every: 200, within: (seconds + 60) * 1_000 },
  );
  const peak = peakRss(control.manager.pid);
  let wrong = 0;
  for await (last of createInterface({ input: createReadStream(log) })) {
    lines += 1;
    if (Number(last.slice(0, 10)) !== lines) wrong += 1;
  }
  clients.kill();
  const { value: characters } = await said.next();
  control.close();
  printTable(
    `${followers} followers of a child that writes ${rate} lines a second for ${seconds} s`,
    ['peak RSS of the daemon, MB', 'lines in the log', 'out of order', 'read by the followers by then, MB'],
    [[fixed(peak, 0), lines, wrong, fixed(Number(characters) / 1e6, 0)]],
  );
}
