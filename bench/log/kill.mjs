// Kills the flood at a random point. The log must have everything that it had written, and nothing else.
import { statSync } from 'node:fs';
import { highest } from '../shared/numbers.mjs';
import { printTable } from '../shared/table.mjs';
import { LINE } from './line.mjs';
import { startSession } from './session.mjs';
import { verify } from './verify.mjs';
import { chosen, works } from './works.mjs';

/** The size of one write(2) of the flood. The last one before the kill may be missing in the tally. */
const BLOCK = 65_536;
/** A log that has not grown for this many ms is complete. */
const PATIENCE = 1_000;
const HEAD = ['manager', 'kills', 'bytes lost', 'bytes invented', 'out of order / malformed', 'partial last lines'];

export async function kill({ flood, count, runs, only }, workspace) {
  for (const work of works.filter(({ strip }) => !strip)) {
    const names = chosen(work.managers, only);
    const results = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < runs; round += 1)
      for (const name of names) results[name].push(await killed(name, { flood, count, ...work }, workspace));
    const rows = Object.entries(results).map(([name, runs]) => {
      const worst = (key) => highest(runs.map((run) => run[key]));
      const tails = runs.filter(({ tail }) => tail > 0).length;
      return [
        name,
        runs.length,
        worst('lost'),
        worst('invented'),
        `${worst('disordered')} / ${worst('malformed')}`,
        tails,
      ];
    });
    printTable(`${work.title}: killed by SIGKILL within ${count} lines`, HEAD, rows);
  }
}

async function killed(name, work, workspace) {
  const session = await startSession(name, work, workspace);
  const enough = work.count * LINE * (0.05 + Math.random() * 0.9);
  session.open();
  // A busy loop: the flood takes less than a tenth of a second.
  while (session.written() < enough);
  process.kill(session.floodPid(), 'SIGKILL');
  await session.settled(Infinity, PATIENCE);
  const written = session.written();
  const { disordered, malformed, tail, ended } = verify(session.log, work.count);
  // The manager may add the end of a partial last line.
  const logged = statSync(session.log).size - (ended ? 1 : 0);
  await session.stop();
  const [lost, invented] = [written - logged, logged - written - BLOCK].map((bytes) => Math.max(0, bytes));
  return { lost, invented, disordered, malformed, tail };
}
