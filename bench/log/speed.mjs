// The managers take turns, so that a slow minute of the machine affects all of them.
import { fixed, highest, lowest, median } from '../shared/numbers.mjs';
import { printTable } from '../shared/table.mjs';
import { LINE } from './line.mjs';
import { startSession } from './session.mjs';
import { verify } from './verify.mjs';
import { chosen, works } from './works.mjs';

const HEAD = [
  'manager',
  'median s',
  'min–max',
  '÷ pm2',
  '÷ bare Node',
  'peak RSS MB',
  'lost / out of order / malformed',
];

export async function speed({ flood, count, runs, only }, workspace) {
  for (const work of works) {
    const names = chosen(work.managers, only);
    const results = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round <= runs; round += 1) {
      for (const name of names) {
        const result = await measured(name, { flood, count, ...work }, workspace);
        // The first round fills the disk cache.
        if (round > 0) results[name].push(result);
      }
    }
    report(`${work.title}: ${count} lines, ${runs} runs`, work.bare, results);
  }
}

export async function measured(name, work, workspace) {
  const session = await startSession(name, work, workspace);
  const begun = session.open();
  const { at, peak } = await session.settled(work.count * LINE);
  const result = { seconds: (at - begun) / 1_000, peak, ...verify(session.log, work.count) };
  await session.stop();
  return result;
}

function report(title, bare, results) {
  const time = (name) => median((results[name] ?? []).map(({ seconds }) => seconds));
  const rows = Object.entries(results).map(([name, runs]) => {
    const all = (key) => runs.map((run) => run[key]);
    return [
      name,
      fixed(time(name), 3),
      `${fixed(lowest(all('seconds')), 3)}–${fixed(highest(all('seconds')), 3)}`,
      fixed(time(name) / time('pm2'), 2),
      fixed(time(name) / time(bare), 2),
      fixed(highest(all('peak')), 0),
      ['lost', 'disordered', 'malformed'].map((key) => highest(all(key))).join(' / '),
    ];
  });
  printTable(title, HEAD, rows);
}
