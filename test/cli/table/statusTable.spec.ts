import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { painter } from '../../../src/cli/format/paint.js';
import { type TableContent, statusTable } from '../../../src/cli/table/statusTable.js';
import { widthOf } from '../../../src/cli/table/table.js';
import type { State, Status, Usage } from '../../../src/index.js';

const now = 1_000_000;
const wide = { columns: 100, rows: 24 };
const plain = painter(false);
const status = (id: number, more: Partial<Status> = {}): Status => ({
  ...{ id, state: 'online', since: now, attempt: 1, restarts: 0, crashes: 0 },
  ...more,
});
const sight = (statuses: readonly Status[], usages: readonly (readonly [number, Usage])[] = []): TableContent => ({
  statuses,
  usages: new Map(usages),
});

describe('statusTable', () => {
  it('shows name, pid, state, restarts, uptime and last exit', () => {
    const statuses = [
      status(1, { name: 'api', pid: 4321, startedAt: now - 83_000, restarts: 12 }),
      status(2, { state: 'backingOff', lastExit: { code: 1, signal: null, uptime: 2_300 } }),
      status(3, { name: 'job', state: 'failed', lastExit: { code: null, signal: 'SIGKILL', uptime: 50 } }),
    ];
    expect(statusTable(sight(statuses), wide, now, plain)).toEqual([
      'NAME  PID   STATE        RESTARTS  UPTIME  LAST EXIT',
      'api   4321  online       12        1m 23s  -',
      '#2    -     backing off  0         -       code 1 after 2.3s',
      'job   -     failed       0         -       SIGKILL after 50ms',
    ]);
  });

  it('shows which instance it is, and what it uses, once there is something of that', () => {
    const statuses = [
      status(1, { name: 'a', instance: 0, pid: 1 }),
      status(2, { name: 'a', instance: 1, pid: 2 }),
      status(3, { pid: 5 }),
    ];
    const used = { pid: 1, cpu: 3.14, rss: 47_400_000, processes: 1 };
    const busy = { pid: 2, cpu: 187.6, rss: 900, processes: 2 };
    const seen = sight(statuses, [
      [1, used],
      [2, busy],
      // Of its run before.
      [3, { ...used, pid: 4 }],
    ]);
    expect(statusTable(seen, wide, now, plain)).toEqual([
      'NAME  INST  PID  STATE   RESTARTS  UPTIME  CPU   MEM    LAST EXIT',
      'a#1   0     1    online  0         -       3.1%  45.2M  -',
      'a#2   1     2    online  0         -       188%  900B   -',
      '#3    -     5    online  0         -       -     -      -',
    ]);
  });

  it('leaves out what can be missed where there is no room for all', () => {
    const seen = sight(
      [status(1, { name: 'web', instance: 0, pid: 1 })],
      [[1, { pid: 1, cpu: 3, rss: 900, processes: 1 }]],
    );
    const heads = (columns: number): string => statusTable(seen, { columns, rows: 24 }, now, plain)[0]!;
    expect(heads(68)).toBe('NAME  INST  PID  STATE   RESTARTS  UPTIME  CPU  MEM   LAST EXIT');
    expect(heads(63)).toBe('NAME  INST  PID  STATE   RESTARTS  UPTIME  CPU  LAST EXIT');
    expect(heads(57)).toBe('NAME  INST  PID  STATE   RESTARTS  UPTIME  LAST EXIT');
    expect(heads(52)).toBe('NAME  INST  PID  STATE   RESTARTS  LAST EXIT');
    expect(heads(44)).toBe('NAME  PID  STATE   RESTARTS  LAST EXIT');
    expect(heads(34)).toBe('NAME  PID  STATE   RESTARTS  LAS…');
  });

  it('colours names and states, and takes no more room for it', () => {
    const statuses = [status(1, { name: 'api' }), status(2, { name: 'jobs', state: 'failed' })];
    const [, api = '', jobs = ''] = statusTable(sight(statuses), wide, now, painter(true));
    expect(api).toContain('\u001B[32monline');
    expect(jobs).toContain('\u001B[31mfailed');
    expect(widthOf(api)).toBe(widthOf(statusTable(sight(statuses), wide, now, plain)[1] ?? ''));
  });

  it('counts what does not fit, and leaves a line below', () => {
    const statuses = Array.from({ length: 10 }, (_, index) => status(index + 1));
    const lines = statusTable(sight(statuses), { columns: 80, rows: 8 }, now, plain);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe('and 5 more');
    expect(statusTable(sight(statuses), { columns: 80, rows: 12 }, now, plain)).toHaveLength(11);
  });

  it('is never wider than the terminal, nor higher, whatever there is to show', () => {
    const states: State[] = ['starting', 'online', 'backingOff', 'stopping', 'stopped', 'failed'];
    const anyStatus = fc
      .record({
        name: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
        state: fc.constantFrom(...states),
        pid: fc.option(fc.nat(4_000_000), { nil: undefined }),
        startedAt: fc.option(fc.integer({ min: 0, max: now }), { nil: undefined }),
        error: fc.string(),
      })
      .map(({ name, state, pid, startedAt, error }) =>
        status(1, {
          ...(name !== undefined && { name }),
          ...(pid !== undefined && { pid }),
          ...(startedAt !== undefined && { startedAt }),
          state,
          lastExit: { code: null, signal: null, uptime: 0, error },
        }),
      );
    const size = fc.record({ columns: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 3, max: 30 }) });
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 40 }), size, fc.boolean(), (statuses, size, colours) => {
        const lines = statusTable(sight(statuses), size, now, painter(colours));
        expect(lines.length).toBeLessThan(size.rows);
        for (const line of lines) {
          expect(line).not.toContain('\n');
          expect(widthOf(line)).toBeLessThan(size.columns);
        }
      }),
    );
  });
});
