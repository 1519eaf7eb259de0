// Measures the peak memory of a manager for a flood, and for a flood that is ten times as long.
import { fixed } from '../shared/numbers.mjs';
import { printTable } from '../shared/table.mjs';
import { measured } from './speed.mjs';

export async function memory({ flood, count, only = ['rxvisor', 'rxvisor-quiet'] }, workspace) {
  const rows = [];
  for (const name of only) {
    for (const lines of [count, count * 10]) {
      const { seconds, peak, ...found } = await measured(name, { flood, count: lines, mode: 'plain' }, workspace);
      const faults = [found.lost, found.disordered, found.malformed].join(' / ');
      rows.push([name, lines, fixed(seconds, 2), fixed(peak, 0), faults]);
    }
  }
  printTable('Memory', ['manager', 'lines', 's', 'peak RSS MB', 'lost / out of order / malformed'], rows);
}
