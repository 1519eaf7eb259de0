import { readFileSync, writeFileSync } from 'node:fs';
import { until } from './until.mjs';

/** The file that the children of stamp.c write to: when each has started, by the clock of process.hrtime, and its pid. */
export function stampsIn(path) {
  writeFileSync(path, '');
  const read = () =>
    readFileSync(path, 'latin1')
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' '))
      .map(([time, pid]) => ({ time: BigInt(time), pid: Number(pid) }));
  return {
    path,
    /** Waits until there are so many, and gives them all. */
    atLeast: (count) =>
      until(() => {
        const stamps = read();
        return stamps.length >= count && stamps;
      }, `${count} stamps in ${path}`),
  };
}

export const milliseconds = (from, to) => Number(to - from) / 1e6;
