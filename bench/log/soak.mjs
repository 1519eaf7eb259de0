// Writes logs for minutes at a limited rate, with rotations and restarts. Memory and descriptors must not grow.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startManager } from '../shared/manager.mjs';
import { fixed } from '../shared/numbers.mjs';
import { descriptors, rss } from '../shared/proc.mjs';
import { printTable } from '../shared/table.mjs';

/** The time between two rows, in s. */
const EVERY = 30;
/** How often the manager samples its heap, in ms: twice for each row. */
const SAMPLE = 15_000;

export async function soak({ minutes, rate }, { folder, env }) {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const script = join(import.meta.dirname, 'trickle.mjs');
  const sample = join(folder, 'sample.json');
  const job = { script, rate, folder: logs, sample, every: SAMPLE };
  const manager = await startManager(join(import.meta.dirname, 'managers/rxvisor-soak.mjs'), job, env);
  const rows = [];
  for (let after = EVERY; after <= minutes * 60; after += EVERY) {
    await sleep(EVERY * 1_000);
    const { heap, restarts, failures } = existsSync(sample) ? JSON.parse(readFileSync(sample, 'utf8')) : {};
    const { pid } = manager.said;
    rows.push([after, fixed(rss(pid), 0), fixed(heap, 1), descriptors(pid), restarts, failures]);
  }
  await manager.stop();
  const head = ['after s', 'RSS MB', 'heap after a collection MB', 'descriptors', 'restarts', 'logFailed'];
  printTable(`${minutes} min, three children of ${rate} lines/s each`, head, rows);
}
