// An endless flood into a log that takes 1 MB/s: the manager must slow the flood.
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixed } from '../shared/numbers.mjs';
import { peakRss, rss } from '../shared/proc.mjs';
import { printTable } from '../shared/table.mjs';
import { startSession } from './session.mjs';

const LOOKS = 4;

export async function slow({ flood, seconds }, workspace) {
  const endless = seconds * 1_000_000;
  const session = await startSession('rxvisor-slow', { flood, count: endless, mode: 'plain' }, workspace);
  const rows = [look(0)];
  session.open();
  for (let turn = 1; turn <= LOOKS; turn += 1) {
    await sleep((seconds * 1_000) / LOOKS);
    rows.push(look((turn * seconds) / LOOKS));
  }
  const peak = peakRss(session.pid);
  process.kill(session.floodPid(), 'SIGKILL');
  await session.stop();
  const head = ['after s', 'RSS MB', 'written by the flood, MB', 'in the log, MB'];
  printTable(`A log that takes 1 MB/s: peak RSS ${fixed(peak, 0)} MB`, head, rows);

  function look(after) {
    const size = statSync(session.log, { throwIfNoEntry: false })?.size ?? 0;
    return [after, fixed(rss(session.pid), 0), fixed(session.written() / 1e6, 1), fixed(size / 1e6, 1)];
  }
}
