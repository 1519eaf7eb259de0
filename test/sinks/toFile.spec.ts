import { concat, EMPTY, map, merge, NEVER, Observable, of, Subject, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { byteCredit, type ChildEvent, type Command, type FileOptions, toFile } from '../../src/index.js';
import { coded, type FakeWorld, fakeWorld } from '../fakeEffects.js';

const path = '/logs/a.log';
const origin = { name: 'a', attempt: 2 };
const said = (text: string, stream: 'stdout' | 'stderr' = 'stdout'): ChildEvent => ({
  type: 'output',
  stream,
  text,
  ...origin,
});
const spawned: ChildEvent = { type: 'spawned', pid: 1, ...origin };
const at = (ms: number, ...events: ChildEvent[]): Observable<ChildEvent> =>
  concat(timer(ms).pipe(map(() => spawned)), ...events.map((event) => timer(0).pipe(map(() => event))));

/** What a file and a subscriber get from a source, in virtual time. */
function through(
  source$: Observable<ChildEvent>,
  options: FileOptions = {},
  world: FakeWorld = fakeWorld(),
  stillOpen = 0,
) {
  const received: string[] = [];
  const events: ChildEvent[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    source$.pipe(toFile(path, { effects: world.effects, ...options }, scheduler)).subscribe({
      next: (event) => {
        events.push(event);
        received.push(`${scheduler.now()} ${event.type}`);
      },
      error: (error: unknown) => received.push(`${scheduler.now()} ${String(error)}`),
      complete: () => received.push(`${scheduler.now()} complete`),
    });
  });
  expect(world.disk.descriptors()).toBe(stillOpen);
  return { received, events, text: world.disk.text(path) };
}

describe('toFile', () => {
  it('never: opens the file and waits', () => {
    const { effects, disk } = fakeWorld();
    const subscription = NEVER.pipe(toFile(path, { effects })).subscribe();
    expect(disk.opened).toEqual([path]);
    subscription.unsubscribe();
    expect(disk.descriptors()).toBe(0);
  });

  it('empty: completes, and leaves an empty file', () => {
    expect(through(EMPTY)).toEqual({ received: ['0 complete'], events: [], text: '' });
  });

  it('one and many: passes every event on at once, and writes the output of both streams', () => {
    const source$ = concat(of(spawned, said('one\n'), said('two\n', 'stderr')), at(10, said('three\n')));
    const { received, events, text } = through(source$);
    expect(received).toEqual(['0 spawned', '0 output', '0 output', '10 spawned', '10 output', '10 complete']);
    expect(events[1]).toEqual(said('one\n'));
    expect(text).toBe('one\ntwo\nthree\n');
  });

  it('completes once the last byte is written', () => {
    const world = fakeWorld();
    world.disk.delay = 30;
    const { received, text } = through(of(said('one\n')), {}, world);
    expect(received).toEqual(['0 output', '30 complete']);
    expect(text).toBe('one\n');
  });

  it('error: comes after the last byte is written', () => {
    const world = fakeWorld();
    world.disk.delay = 30;
    const { received, text } = through(
      concat(
        of(said('one\n')),
        throwError(() => new Error('gone')),
      ),
      {},
      world,
    );
    expect(received).toEqual(['0 output', '30 Error: gone']);
    expect(text).toBe('one\n');
  });

  it('early unsubscription: events that were passed on are written, and the file is closed', () => {
    const world = fakeWorld();
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const source$ = new Subject<ChildEvent>();
      const subscription = source$.pipe(toFile(path, { effects: world.effects }, scheduler)).subscribe();
      source$.next(said('one\n'));
      timer(150).subscribe(() => {
        source$.next(said('two\n'));
        subscription.unsubscribe();
        expect(source$.observed).toBe(false);
        expect(world.disk.descriptors()).toBe(0);
      });
    });
    expect(world.disk.text(path)).toBe('one\ntwo\n');
    expect(world.disk.descriptors()).toBe(0);
  });

  it('a format that throws is reported, and the line is written without it', () => {
    const format = (line: string): string => {
      if (line === 'two') throw new Error('no format');
      return `<${line}>`;
    };
    const { received, events, text } = through(of(said('one\n'), said('two\n')), { format });
    expect(received).toEqual(['0 output', '0 logFailed', '0 output', '0 complete']);
    expect(events[1]).toEqual({
      type: 'logFailed',
      path,
      code: 'ERR_FORMAT',
      message: 'no format',
      dropped: 0,
      ...origin,
    });
    expect(text).toBe('<one>\ntwo\n');
  });

  it('writes a batch after its interval, or at once when it is large', () => {
    const { effects, disk } = fakeWorld();
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const source$ = concat(
        of(said('one\n')),
        at(40, said('two\n')),
        at(110, said(`${'x'.repeat(300_000)}\n`)),
        NEVER,
      );
      const subscription = source$.pipe(toFile(path, { effects, batch: 100 }, scheduler)).subscribe();
      for (const [ms, size] of [
        [99, 0],
        [101, 8],
        [149, 8],
        [151, 300_009],
      ] as const) {
        timer(ms).subscribe(() => {
          expect(disk.text(path)).toHaveLength(size);
          if (ms === 151) subscription.unsubscribe();
        });
      }
    });
  });

  it('options: writes only one stream, formatted, without ANSI sequences', () => {
    const source$ = of(said('\u001B[31mred\u001B[39m\n'), said('err\n', 'stderr'));
    const options: FileOptions = { stream: 'stdout', format: 'prefixed', stripANSI: true };
    const { text, events } = through(source$, options);
    expect(text).toBe('a: red\n');
    expect(events[0]).toEqual(said('\u001B[31mred\u001B[39m\n'));
  });

  it('counts the bytes that it holds until they are written', () => {
    const world = fakeWorld();
    world.disk.delay = 50;
    const flow = byteCredit({ high: 8, low: 0 });
    const full: boolean[] = [];
    flow.full$.subscribe((value) => full.push(value));
    through(of(said('one\n'), said('two\n', 'stderr')), { flow }, world);
    expect(full).toEqual([false, true, false]);
  });

  it('does not pause the source for the bytes of a failing file', () => {
    const world = fakeWorld();
    world.disk.openError = 'EACCES';
    const flow = byteCredit({ high: 4, low: 0 });
    let full = false;
    flow.full$.subscribe((value) => (full = value));
    through(concat(of(said('one\n')), at(200), of(said('two\n')), at(200)), { flow }, world);
    expect(full).toBe(false);
  });

  it('reports a failed write as an event of its run, and loses nothing if a retry succeeds', () => {
    const world = fakeWorld();
    world.disk.writeError = 'ENOSPC';
    healing(world);
    const { events, text } = through(concat(of(said('one\n')), at(1_000)), {}, world);
    expect(events.filter(({ type }) => type === 'logFailed')).toEqual([
      { type: 'logFailed', path, code: 'ENOSPC', message: 'ENOSPC: it failed', dropped: 0, ...origin },
    ]);
    expect(text).toBe('one\n');
  });

  it('reports the number of lost lines if no retry succeeds', () => {
    const world = fakeWorld();
    world.disk.openError = 'EROFS';
    const { events, received } = through(concat(of(said('one\ntwo\n')), at(10)), {}, world);
    const dropped = events.flatMap((event) => (event.type === 'logFailed' ? [event.dropped] : []));
    expect(dropped.reduce((sum, lines) => sum + lines, 0)).toBe(2);
    expect(received.at(-1)).toBe('10 complete');
  });

  it('waits for a slow file for the grace period, then reports that it is incomplete', () => {
    for (const [delay, expected] of [
      [100, ['0 output', '100 complete']],
      [101, ['0 output', '100 logFailed', '100 complete']],
    ] as const) {
      const world = fakeWorld();
      world.disk.delay = delay;
      const { received, events, text } = through(of(said('one\n')), { grace: 100 }, world);
      expect(received).toEqual(expected);
      expect(text).toBe('one\n');
      const late = { type: 'logFailed', path, code: 'ETIMEDOUT', dropped: 0, ...origin };
      if (delay > 100) expect(events[1]).toMatchObject(late);
    }
  });

  it('lines not written within the grace period are written when the process exits, or reported as lost', () => {
    for (const lost of [false, true]) {
      const world = fakeWorld();
      const warnings: unknown[] = [];
      world.host.emitWarning = (warning) => void warnings.push(warning);
      let fail = (_error: Error): void => undefined;
      const hung$ = new Observable<never>((subscriber) => {
        fail = (error) => {
          subscriber.error(error);
        };
      });
      const effects = { ...world.effects, write$: () => hung$ };
      const { received } = through(of(said('one\n')), { effects, grace: 100 }, world, 1);
      expect(received).toEqual(['0 output', '100 logFailed', '100 complete']);
      expect(world.host.listenerCount('exit')).toBe(1);
      if (lost) fail(coded('EIO'));
      world.host.raise('exit');
      expect(world.disk.text(path)).toBe(lost ? '' : 'one\n');
      expect(warnings).toEqual(lost ? [`${path}: EIO: EIO: it failed. Lines lost: 1`] : []);
      expect(world.host.listenerCount('exit')).toBe(0);
    }
  });

  it('reopens the file on reopenLogs, and ignores other commands', () => {
    const world = fakeWorld();
    const command$ = merge(
      timer(50).pipe(map((): Command => ({ type: 'reset' }))),
      timer(200).pipe(
        map((): Command => {
          world.disk.rename(path, '/old');
          return { type: 'reopenLogs' };
        }),
      ),
    );
    const { text, received } = through(concat(of(said('one\n')), at(300, said('two\n'))), { command$ }, world);
    expect([world.disk.text('/old'), text]).toEqual(['one\n', 'two\n']);
    expect(world.disk.opened).toHaveLength(2);
    expect(received.at(-1)).toBe('300 complete');
  });
});

describe('toFile, other options', () => {
  const big = `${'x'.repeat(1_100_000)}\n`;

  it("with onFull 'drop': drops lines that a slow file cannot take, and reports their number", () => {
    const world = fakeWorld();
    world.disk.delay = 50;
    const source$ = concat(of(said(big), said('lost\nlost\n')), at(200, said('kept\n')));
    const { events, text } = through(source$, { onFull: 'drop' }, world);
    expect(events.filter(({ type }) => type === 'logFailed')).toMatchObject([{ code: 'ERR_FULL', dropped: 2, path }]);
    expect(text === `${big}kept\n`).toBe(true);
  });

  it.each([
    ['never', []],
    ['end', ['a\nb\n']],
    [30, ['a\n', 'a\nb\n']],
  ] as const)('syncs %s', (fsync, synced) => {
    const world = fakeWorld();
    through(concat(of(said('a\n')), at(400, said('b\n'))), { fsync, batch: 10 }, world);
    expect(world.disk.synced).toEqual(synced);
  });

  it('reports a failed sync, and continues', () => {
    const world = fakeWorld();
    world.disk.syncError = 'EIO';
    const { events, text } = through(of(said('a\n')), { fsync: 'end' }, world);
    expect(events.at(-1)).toMatchObject({ type: 'logFailed', code: 'EIO', dropped: 0 });
    expect(text).toBe('a\n');
  });

  it('waits for a full pipe and loses nothing; a pipe that stays full has failed', () => {
    const world = fakeWorld();
    world.disk.writeError = 'EAGAIN';
    const freed$ = timer(500).pipe(map(() => (world.disk.writeError = undefined)));
    const { events, text } = through(merge(of(said('a\n')), freed$.pipe(map(() => said('b\n')))), {}, world);
    expect([text, events.some(({ type }) => type === 'logFailed')]).toEqual(['a\nb\n', false]);
    const stuck = fakeWorld();
    stuck.disk.writeError = 'EAGAIN';
    const failed = through(of(said('a\n')), {}, stuck);
    expect(failed.events.at(-1)).toMatchObject({ type: 'logFailed', code: 'EAGAIN', dropped: 1 });
  });

  it('rotates by size and by interval, continues the numbers of existing files, and deletes old ones', () => {
    const world = fakeWorld();
    world.disk.put(path, 'old\n', 0);
    const rotate = { size: 8, interval: 60_000, keep: 2, gzip: true };
    const lines = ['1234567\n', 'ab\ncd\nef\n', 'gh\n'].map((text, index) => at(1_000 * index, said(text)));
    const { text } = through(concat(...lines, at(120_000, said('later\n'))), { rotate }, world);
    expect(text).toBe('later\n');
    const rotated = world.disk.names().filter((name) => name !== path);
    // The last one was still to be compressed at the end: that is left to the next manager.
    expect(rotated.map((name) => world.disk.text(name))).toEqual(['gzip of ab\ncd\n', 'ef\ngh\n']);
  });

  it('keeps writing the same file if a rotation fails, and reports it', () => {
    const world = fakeWorld();
    world.disk.renameError = 'EACCES';
    const source$ = concat(of(said('12345678\n')), at(500, said('b\n')), at(500, said('c\n')));
    const { events, text } = through(source$, { rotate: { size: 8 } }, world);
    expect(text).toBe('12345678\nb\nc\n');
    expect(events.filter(({ type }) => type === 'logFailed')).toMatchObject([{ code: 'EACCES', dropped: 0 }]);
  });

  it.each(['a device', 'a log that another process is rotating'])('does not rotate %s', (what) => {
    const world = fakeWorld();
    if (what === 'a device') world.disk.regular = false;
    else world.disk.locked.add(path);
    const lines = ['a', 'b', 'c', 'd', 'e', 'f'].map((line, index) => at(index * 200, said(`${line}\n`)));
    const { events, text } = through(concat(...lines), { rotate: { size: 4 }, fsync: 'end' }, world);
    expect(text).toBe('a\nb\nc\nd\ne\nf\n');
    expect(world.disk.names()).toEqual([path]);
    expect(events.filter(({ type }) => type === 'logFailed')).toEqual([]);
    expect(world.disk.synced).toHaveLength(what === 'a device' ? 0 : 1);
  });

  it('treats a file that another process moved as rotated', () => {
    const world = fakeWorld();
    const moved$ = timer(20).pipe(
      map(() => {
        world.disk.rename(path, '/elsewhere');
        return said('b\n');
      }),
    );
    const { events, text } = through(concat(of(said('12345678\n')), moved$), { rotate: { size: 8 }, batch: 0 }, world);
    expect([world.disk.text('/elsewhere'), text]).toEqual(['12345678\n', 'b\n']);
    expect(events.some(({ type }) => type === 'logFailed')).toBe(false);
  });

  it.each([{ batch: -1 }, { rotate: {} }, { fsync: -5 }])('refuses %j', (options) => {
    expect(() => toFile(path, options)).toThrow(/Give /);
  });
});

/** Of the writes, only the first one fails. */
function healing({ effects, disk }: FakeWorld): void {
  const { write$ } = effects;
  let writes = 0;
  Object.assign(effects, {
    write$: (fd: number, chunks: readonly Uint8Array[]) => {
      writes += 1;
      if (writes > 1) disk.writeError = undefined;
      return write$(fd, chunks);
    },
  });
}
