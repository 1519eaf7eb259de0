// What it costs a manager to wait: 20 children that idle, none, one or all of them with triggers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printMachine } from '../shared/machine.mjs';
import { startManager } from '../shared/manager.mjs';
import { fixed } from '../shared/numbers.mjs';
import { cpuTime, rss } from '../shared/proc.mjs';
import { printTable } from '../shared/table.mjs';
import { inWorkspace } from '../shared/workspace.mjs';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    children: { type: 'string', default: '20' },
    files: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '25' },
  },
});
const [children, files, seconds] = [values.children, values.files, values.seconds].map(Number);

/** After the start, before the manager counts as idle, in ms. */
const REST = 8_000;
const setups = ['nothing', 'watch', 'maxRss', 'both'];

printMachine();
await inWorkspace('idle', async ({ folder, env }) => {
  const watched = join(folder, 'files');
  for (let index = 0; index < files; index += 1) {
    const path = join(watched, String(index % 20));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `${index}.js`), '');
  }
  const file = join(import.meta.dirname, 'managers/rxvisor.mjs');
  // Side by side: what else the machine does meanwhile, it does to all.
  const managers = await Promise.all(
    setups.map((setup) => startManager(file, { children, setup, folder: watched }, env)),
  );
  await sleep(REST);
  const used = managers.map(({ said }) => cpuTime(said.pid));
  await sleep(seconds * 1_000);
  const rows = managers.map(({ said }, index) => [
    setups[index],
    fixed((cpuTime(said.pid) - used[index]) / (seconds * 10), 2),
    fixed(rss(said.pid), 1),
  ]);
  await Promise.all(managers.map(({ stop }) => stop()));
  printTable(
    `${children} idle children for ${seconds} s; watch: ${files} files for one of them; maxRss: each sampled every 5 s`,
    ['triggers', 'CPU % of a core', 'RSS MB'],
    rows,
  );
});
