import { asyncScheduler, EMPTY, filter, NEVER, of, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type Command, logTo } from '../../src/index.js';
import { planLog } from '../../src/model/spec/logPlan.js';
import { fakeWorld } from '../fakeEffects.js';

const out: ChildEvent = { type: 'output', stream: 'stdout', text: '\u001B[1mout\u001B[22m\n', attempt: 1 };
const err: ChildEvent = { type: 'output', stream: 'stderr', text: 'err\n', attempt: 1 };
const spawned: ChildEvent = { type: 'spawned', pid: 1, attempt: 1 };

function through(log: Parameters<typeof logTo>[0], options: NonNullable<Parameters<typeof logTo>[1]> = {}) {
  const { effects, disk } = fakeWorld();
  const events: ChildEvent[] = [];
  let completed = false;
  of(spawned, out, err)
    .pipe(logTo(log, { effects, ...options }))
    .subscribe({ next: (event) => events.push(event), complete: () => (completed = true) });
  expect(completed).toBe(true);
  return { events, disk };
}

describe('logTo', () => {
  it('without a log passes everything on', () => {
    const { events, disk } = through(undefined);
    expect(events).toEqual([spawned, out, err]);
    expect(disk.opened).toEqual([]);
  });

  it('writes both streams to one path, each to its own path, or only one of them', () => {
    expect(through('/a').disk.text('/a')).toBe('\u001B[1mout\u001B[22m\nerr\n');
    const two = through({ stdout: '/o', stderr: '/e' }, { stripANSI: true });
    expect([two.disk.text('/o'), two.disk.text('/e')]).toEqual(['out\n', 'err\n']);
    const same = through({ stdout: '/s', stderr: '/x/../s' });
    expect(same.disk.opened).toEqual(['/s']);
    expect(through({ stderr: '/e' }).disk.opened).toEqual(['/e']);
  });

  it('accepts a prepared plan', () => {
    const plan = planLog({ file: '/a', format: (line) => `<${line}>` }, true, (path) => path);
    expect(through(plan).disk.text('/a')).toBe('<out>\n<err>\n');
  });

  it('drops output events with output: false', () => {
    const { events, disk } = through('/a', { output: false });
    expect(events).toEqual([spawned]);
    expect(disk.text('/a')).toContain('err\n');
    expect(through(undefined, { output: false }).events).toEqual([spawned]);
  });

  it('waits for two files that hang no longer than one grace period', () => {
    const { effects } = fakeWorld();
    const received: string[] = [];
    new TestScheduler(() => undefined).run(() => {
      of(out, err)
        .pipe(
          logTo({ stdout: '/o', stderr: '/e' }, { effects: { ...effects, write$: () => NEVER }, grace: 100 }),
          filter(({ type }) => type !== 'output'),
        )
        .subscribe({
          next: (event) => received.push(`${String(asyncScheduler.now())} ${'path' in event ? event.path : ''}`),
          complete: () => received.push(`${String(asyncScheduler.now())} complete`),
        });
    });
    expect(received).toEqual(['50 /o', '100 /e', '100 complete']);
  });

  it('completes with an empty source', () => {
    const { effects } = fakeWorld();
    let completed = false;
    EMPTY.pipe(logTo('/a', { effects })).subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('refuses reopenLogs if the child writes the file itself, also before the first event and after a run', () => {
    const source$ = new Subject<ChildEvent>();
    const command$ = new Subject<Command>();
    const events: ChildEvent[] = [];
    const { effects, disk } = fakeWorld();
    source$.pipe(logTo({ file: '/a', direct: true }, { effects, command$ })).subscribe((event) => events.push(event));
    command$.next({ type: 'reopenLogs' });
    source$.next({ ...spawned, name: 'x', attempt: 2 });
    command$.next({ type: 'reset' });
    command$.next({ type: 'reopenLogs' });
    source$.complete();
    command$.next({ type: 'reopenLogs' });
    const refused = { type: 'refused', command: 'reopenLogs', reason: 'the child writes its log itself' };
    expect(events).toEqual([
      { ...refused, attempt: 1 },
      { ...spawned, name: 'x', attempt: 2 },
      { ...refused, name: 'x', attempt: 2 },
    ]);
    expect(disk.opened).toEqual([]);
  });
});
