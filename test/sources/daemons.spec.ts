import { describe, expect, it } from 'vitest';
import { daemons } from '../../src/sources/daemons.js';
import type { ProcReader } from '../../src/sources/remains.js';

const mark = { pgid: 100, startTime: '5000', cookie: 'RXVISOR_ab=1' };
const MANAGER = 50;

/** `state parent group start`, and the environment. The manager (50) was started by a shell (40), which was by init. */
function proc(table: Readonly<Record<number, readonly [stat: string, environ: string | undefined]>>): ProcReader {
  const all: typeof table = { 1: ['S 0 1 1', ''], 40: ['S 1 40 10', 'A=1'], 50: ['S 40 50 20', 'A=1'], ...table };
  return {
    pids: () => Object.keys(all).map(Number),
    forks: () => NaN,
    pidMax: () => NaN,
    stat: (pid) => {
      const [state, parent, group, start] = (all[pid]?.[0] ?? '').split(' ');
      if (start === undefined) return undefined;
      return `${String(pid)} (a) b) ${state!} ${parent!} ${group!} ${'0 '.repeat(16)}${start} 0`;
    },
    environ: (pid) => all[pid]?.[1],
  };
}

const found = (stat: string, environ: string | undefined): readonly number[] =>
  daemons(mark, MANAGER, proc({ 200: [stat, environ] }));

describe('daemons', () => {
  it.each([
    ['a title', 'nginx: master process nginx'],
    ['zeros', '\0\0\0\0'],
    ['a title with an argument', 'nginx: worker -c a=b\0\0'],
    ['nothing', ''],
  ])('are those whose environment is %s', (_, environ) => {
    expect(found('S 1 200 5001', environ)).toEqual([200]);
  });

  it.each([
    ['its environment is one', 'S 1 200 5001', 'PATH=/bin\0'],
    ['its environment is what is left of one', 'S 1 200 5001', 'xxx\0PATH=/bin\0'],
    ['its environment is not ours to read', 'S 1 200 5001', undefined],
    ['it is older than the run', 'S 1 200 4999', ''],
    ['it is in the group of the run', 'S 1 100 5001', ''],
    ['it has a parent of its own', 'S 60 200 5001', ''],
    ['it is another child of the manager', 'S 50 200 5001', ''],
    ['it is a zombie', 'Z 1 200 5001', ''],
  ])('are not: %s', (_, stat, environ) => {
    expect(found(stat, environ)).toEqual([]);
  });

  it('are adopted by init, or by an ancestor of the manager', () => {
    expect(found('S 40 200 5001', '')).toEqual([200]);
  });

  it('are the first of their family only', () => {
    const family = proc({ 200: ['S 1 200 5001', ''], 201: ['S 200 200 5002', ''], 202: ['S 200 200 5002', ''] });
    expect(daemons(mark, MANAGER, family)).toEqual([200]);
  });

  it('are found where times are not known', () => {
    expect(daemons({ ...mark, startTime: undefined }, MANAGER, proc({ 200: ['S 1 200 1', ''] }))).toEqual([200]);
  });
});
