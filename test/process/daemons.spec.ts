import { describe, expect, it } from 'vitest';
import { findDaemons, type Evidence } from '../../src/process/liveProcesses.js';
import type { ProcReader } from '../../src/system/procfs.js';

const mark = { pgid: 100, startTime: '5000', cookie: 'RXVISOR_ab=1', outputs: ['socket:[7]', 'pipe:[8]'] };
const byEnvironment = true;
const MANAGER = 50;

/** `state parent group start session`, the environment, and stdout. The manager (50) was started by a shell (40), which was by init. */
function proc(
  table: Readonly<Record<number, readonly [stat: string, environ: string | undefined, stdout?: string]>>,
): ProcReader {
  const all: typeof table = { 1: ['S 0 1 1', ''], 40: ['S 1 40 10', 'A=1'], 50: ['S 40 50 20', 'A=1'], ...table };
  return {
    pids: () => Object.keys(all).map(Number),
    forks: () => NaN,
    pidMax: () => NaN,
    stat: (pid) => {
      const [state, parent, group, start, session = group] = (all[pid]?.[0] ?? '').split(' ');
      if (start === undefined) return undefined;
      return `${String(pid)} (a) b) ${state!} ${parent!} ${group!} ${session!} ${'0 '.repeat(15)}${start} 0`;
    },
    environ: (pid) => all[pid]?.[1],
    opened: (pid, descriptor) => (descriptor === 1 ? all[pid]?.[2] : undefined),
  };
}

const found = (stat: string, environ: string | undefined): readonly number[] =>
  findDaemons(mark, MANAGER, { byEnvironment }, proc({ 200: [stat, environ] }));

describe('daemons', () => {
  it.each([
    ['a title', 'nginx: master process nginx'],
    ['zeros', '\0\0\0\0'],
    ['a title with an argument', 'nginx: worker -c a=b\0\0'],
    ['nothing', ''],
    ['what a shell sets if it gets none', 'PWD=/\0OLDPWD=/a\0SHLVL=0\0_=/usr/bin/sleep\0'],
  ])('are those whose environment is %s', (_, environ) => {
    expect(found('S 1 200 5001', environ)).toEqual([200]);
  });

  it.each([
    ['its environment is one', 'S 1 200 5001', 'PATH=/bin\0'],
    ['its environment is what is left of one', 'S 1 200 5001', 'xxx\0PATH=/bin\0'],
    ['its environment is not ours to read', 'S 1 200 5001', undefined],
    ['it is older than the run', 'S 1 200 4999', ''],
    ['it is in the group of the run', 'S 1 100 5001', ''],
    ['it is in the session of the run', 'S 1 200 5001 100', ''],
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
    expect(findDaemons(mark, MANAGER, { byEnvironment }, family)).toEqual([200]);
  });

  it('are found where times are not known', () => {
    const table = proc({ 200: ['S 1 200 1', ''] });
    expect(findDaemons({ ...mark, startTime: undefined }, MANAGER, { byEnvironment }, table)).toEqual([200]);
  });

  describe('by their output', () => {
    const look = (
      stat: string,
      stdout: string,
      { adopter = MANAGER, ...evidence }: Partial<Evidence & { adopter: number }> = {},
    ) =>
      findDaemons(mark, adopter, { byEnvironment: false, ...evidence }, proc({ 200: [stat, 'PATH=/bin\0', stdout] }));

    it.each([
      ['a socket of the run', 'S 1 200 5001', 'socket:[7]'],
      ['a pipe of the run', 'S 1 200 5001', 'pipe:[8]'],
      ['a socket of the run, adopted by the manager', 'S 50 200 5001', 'socket:[7]'],
    ])('are those that have %s', (_, stat, stdout) => {
      expect(look(stat, stdout)).toEqual([200]);
    });

    it.each([
      ['another socket', 'S 1 200 5001', 'socket:[70]'],
      ['a file', 'S 1 200 5001', '/var/log/a.log'],
      ['a socket of the run, but a parent of its own', 'S 60 200 5001', 'socket:[7]'],
      ['a socket of the run, but an age beyond it', 'S 1 200 4999', 'socket:[7]'],
    ])('are not those that have %s', (_, stat, stdout) => {
      expect(look(stat, stdout)).toEqual([]);
    });

    it('are not looked for by their environment too, unless asked', () => {
      const table = proc({ 200: ['S 1 200 5001', ''] });
      expect(findDaemons(mark, MANAGER, { byEnvironment: false }, table)).toEqual([]);
    });
  });

  it.each([
    ['is its leader', 'S 1 200 5001'],
    ['is in its group', 'S 1 300 5001 300'],
    ['is in its session', 'S 1 200 5001 300'],
  ])('belong to another run if one of these %s, also where PID 1 is the manager', (_, stat) => {
    expect(findDaemons(mark, 1, { byEnvironment, leaders: new Set([200, 300]) }, proc({ 200: [stat, ''] }))).toEqual(
      [],
    );
  });
});
