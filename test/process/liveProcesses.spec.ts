import { describe, expect, it } from 'vitest';
import { type ProcReader, startTimeOf } from '../../src/system/procfs.js';
import { liveProcesses } from '../../src/process/liveProcesses.js';

const mark = { pgid: 100, startTime: '5000', cookie: 'RXVISOR_ab=1' };

describe('liveProcesses', () => {
  it('finds the living members of the group', () => {
    const proc = fakeProc({ 100: '(node) S 1 100 100 5000', 101: '(sh) R 100 100 100', 7: '(other) S 1 7 7' });
    expect(liveProcesses(mark, proc)).toEqual([
      { pid: 100, inGroup: true },
      { pid: 101, inGroup: true },
    ]);
  });

  it.each(['Z', 'X'])('does not count state %s', (state) => {
    expect(liveProcesses(mark, fakeProc({ 101: `(sh) ${state} 1 100 100` }))).toEqual([]);
  });

  it('reads a name with parentheses, spaces and newlines', () => {
    expect(liveProcesses(mark, fakeProc({ 101: '(a) S 1 1 (\n) S 1 100 100' }))).toEqual([{ pid: 101, inGroup: true }]);
  });

  it('finds who left the group by the cookie, and by the whole of it', () => {
    const proc = fakeProc(
      { 201: '(a) S 1 201 201', 202: '(b) S 1 202 202', 203: '(c) S 1 203 203', 204: '(d) S 1 204 204' },
      { 201: 'A=1\0RXVISOR_ab=1\0', 202: 'RXVISOR_ab=12\0', 203: 'XRXVISOR_ab=1\0', 204: 'RXVISOR_cd=1\0' },
    );
    expect(liveProcesses(mark, proc)).toMatchObject([{ pid: 201, inGroup: false }]);
  });

  it('finds one that bore the cookie before, and not another one of its number', () => {
    const proc = fakeProc({ 201: '(a) S 1 201 201 6000' }, { 201: 'a title' });
    expect(liveProcesses({ ...mark, seen: new Map([[201, '6000']]) }, proc)).toEqual([
      { pid: 201, inGroup: false, startTime: '6000' },
    ]);
    expect(liveProcesses({ ...mark, seen: new Map([[201, '5999']]) }, proc)).toEqual([]);
  });

  it('leaves alone who carries no cookie when none was given', () => {
    const proc = fakeProc({ 201: '(a) S 1 201 201' }, { 201: 'RXVISOR_ab=1\0' });
    expect(liveProcesses({ ...mark, cookie: undefined }, proc)).toEqual([]);
  });

  it('knows a stranger who bears the number of the leader by its start time, and leaves its whole group alone', () => {
    const proc = fakeProc({ 100: '(stranger) S 1 100 100 9000', 101: '(child) S 100 100 100 9001' });
    expect(liveProcesses(mark, proc)).toEqual([]);
  });

  it('leaves alone whoever is older than the run, even with its group number or its cookie', () => {
    const proc = fakeProc({ 99: '(old) S 1 100 100 4999', 98: '(older) S 1 98 98 4000' }, { 98: 'RXVISOR_ab=1\0' });
    expect(liveProcesses(mark, proc)).toEqual([]);
  });

  it('looks at nobody but the leader if nothing else was started since', () => {
    const looked: number[] = [];
    const proc = fakeProc({ 100: '(node) S 1 100 100 5000', 101: '(sh) R 100 100 100' });
    const stat = (pid: number) => (looked.push(pid), proc.stat(pid));
    expect(liveProcesses({ ...mark, forks: 41 }, { ...proc, stat, forks: () => 42 })).toEqual([
      { pid: 100, inGroup: true },
    ]);
    expect(looked).toEqual([100]);
  });

  it.each([
    ['nobody below the leader, as long as numbers go on rising', 41, 32_768, [100, 101]],
    ['everybody, once numbers may have begun anew', 41, 103, [100, 101, 7]],
    ['everybody, where the system does not count', 44, 32_768, [100, 101, 7]],
    ['everybody, where the count is not known', NaN, 32_768, [100, 101, 7]],
    ['everybody, where the highest number is not known', 41, NaN, [100, 101, 7]],
  ])('looks at %s', (_whom, forks, pidMax, pids) => {
    const table = { 100: '(node) S 1 100 100 5000', 101: '(sh) R 100 100 100', 7: '(sh) S 1 100 100 9000' };
    const proc = { ...fakeProc(table), forks: () => 44, pidMax: () => pidMax };
    expect(liveProcesses({ ...mark, forks }, proc).map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    expect(liveProcesses({ ...mark, forks }, proc)).toHaveLength(pids.length);
  });

  it('finds those that left the group and cleared their environment, by their session', () => {
    const proc = fakeProc({ 101: '(sh) S 1 101 100', 102: '(sh) S 1 102 102' });
    expect(liveProcesses(mark, proc)).toEqual([{ pid: 101, inGroup: false, startTime: '6000' }]);
    // Without a cookie, they may stay.
    expect(liveProcesses({ ...mark, cookie: undefined }, proc)).toEqual([]);
    // The number is a stranger's now.
    expect(
      liveProcesses(
        { ...mark, startTime: '5000' },
        { ...fakeProc({ 100: '(x) S 1 100 100 5001', 101: '(sh) S 1 101 100' }) },
      ),
    ).toEqual([]);
  });

  it('passes over processes that end while it looks', () => {
    const proc = { ...fakeProc({}), pids: () => [100, 101] };
    expect(liveProcesses(mark, proc)).toEqual([]);
  });
});

describe('startTimeOf', () => {
  it('is field 22', () => {
    expect(startTimeOf(100, fakeProc({ 100: '(x) S 1 100 100 777' }))).toBe('777');
    expect(startTimeOf(1, fakeProc({}))).toBeUndefined();
  });
});

/** `(name) state ppid group session [start]`; the start is 6000 by default. */
function fakeProc(table: Record<number, string>, environs: Record<number, string> = {}): ProcReader {
  return {
    pids: () => Object.keys(table).map(Number),
    stat: (pid) => {
      const [, head, start = '6000'] = /^(.*\) [A-Z] \d+ \d+ \d+)(?: (\d+))?$/s.exec(table[pid] ?? '') ?? [];
      return head === undefined ? undefined : `${String(pid)} ${head} ${'0 '.repeat(15)}${start} 0 0`;
    },
    environ: (pid) => environs[pid],
    opened: () => undefined,
    forks: () => NaN,
    pidMax: () => NaN,
  };
}
