import fc from 'fast-check';
import {
  asapScheduler,
  concatMap,
  defer,
  identity,
  lastValueFrom,
  observeOn,
  type Observable,
  of,
  scan,
  type SchedulerLike,
  take,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { tail$, type TailOptions } from '../../src/index.js';
import { type FakeDisk, type FakeWorld, fakeWorld } from '../fakeEffects.js';

const path = '/logs/a.log';

function rotated(time: number): string {
  return `${path}.${new Date(time).toISOString().replaceAll(':', '-')}`;
}

/** Writes numbered lines as a rotating log does; moved by others, it goes on for a while in the old file. */
function fakeWriter(effects: FakeWorld['effects'], disk: FakeDisk, number: () => number) {
  let fd: number | undefined;
  let rotations = 0;
  const open = (): void => void effects.open$(path).subscribe((opened) => (fd = opened));
  const close = (): void => {
    if (fd !== undefined) effects.close$(fd).subscribe();
    fd = undefined;
  };
  const write = (): void => {
    if (fd === undefined) open();
    effects.write$(fd!, [Buffer.from(`${number()}\n`)]).subscribe();
  };
  const rotate = (): void => {
    if (disk.text(path) === '') return;
    close();
    disk.rename(path, rotated((rotations += 1)));
    open();
  };
  const compress = (): void => {
    const name = disk.names().find((name) => name.endsWith('Z'));
    if (name === undefined) return;
    disk.put(`${name}.gz`, `gzip of ${disk.text(name)}`, 0);
    disk.remove(name);
  };
  const move = (): void => {
    if (disk.text(path) === '') return;
    disk.rename(path, `${path}.1`);
    write();
    disk.put(path, '', 0);
    timer(50).subscribe(write);
    timer(100).subscribe(() => {
      close();
      write();
    });
  };
  return { write, rotate, compress, move, close };
}

/** A file of one endless line and a short one, of so many bytes, that nobody has to write. */
function largeFile(size: number, scheduler: SchedulerLike | undefined): NonNullable<TailOptions['effects']> {
  const { effects } = fakeWorld();
  const end = Buffer.from('\nlast\n');
  return {
    ...effects,
    openRead$: () => of(3),
    close$: () => of(undefined),
    stat$: () => of({ size, mtime: 0, id: 'large', regular: true }),
    read$: (_, position, length) =>
      defer(() => {
        const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)), 'x');
        for (const [index, byte] of end.entries()) {
          const at = size - end.length + index - position;
          if (at >= 0 && at < bytes.length) bytes[at] = byte;
        }
        return of(bytes);
      }).pipe(scheduler === undefined ? identity : observeOn(scheduler)),
  };
}

/** The lines of a file that changes, in virtual time; followed for a second. */
function linesOf(
  options: TailOptions,
  work: (disk: FakeDisk, at: (ms: number, work: () => void) => void) => void,
): string[] {
  const { effects, disk } = fakeWorld();
  const said: string[] = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    work(disk, (ms, step) => void timer(ms).subscribe(step));
    const tail = tail$(path, { effects, ...options }, scheduler).subscribe({
      next: (text) => said.push(`${scheduler.now()} ${JSON.stringify(text)}`),
      error: (error: unknown) => said.push(String(error)),
      complete: () => said.push('complete'),
    });
    timer(1_000).subscribe(() => {
      tail.unsubscribe();
    });
  });
  expect(disk.descriptors()).toBe(0);
  return said;
}

describe('tail$', () => {
  it.each<[text: string, lines: number, expected: string[]]>([
    ['', 3, []],
    ['a\nb\nc\n', 2, ['b\nc\n']],
    ['a\nb\nc', 2, ['b\n', 'c\n']],
    ['a\nb\n', 2, ['a\nb\n']],
    ['a\nb\n', 9, ['a\nb\n']],
    ['a\nb\n', 0, []],
    ['a\nb\n', Infinity, ['a\nb\n']],
    ['\n\n', 1, ['\n']],
  ])('%j, the last %s lines', (text, lines, expected) => {
    const said = linesOf({ lines }, (disk) => {
      disk.put(path, text, 0);
    });
    expect(said).toEqual([...expected.map((block) => `0 ${JSON.stringify(block)}`), 'complete']);
  });

  it('finds the last lines across many chunks', () => {
    const long = `${'x'.repeat(50_000)}\n`;
    const said = linesOf({ lines: 3, maxLineLength: 100_000 }, (disk) => {
      disk.put(path, long.repeat(5), 0);
    });
    const text = said.slice(0, -1).map((line) => JSON.parse(line.slice(2)) as string);
    expect(text.join('') === long.repeat(3)).toBe(true);
  });

  it('without follow: ends where the file ended when it was opened, however fast it grows', () => {
    const { effects, disk } = fakeWorld();
    disk.put(path, 'a\nb\nc\n', 0);
    let written = 0;
    const { write, close } = fakeWriter(effects, disk, () => (written += 1));
    const growing: typeof effects = {
      ...effects,
      read$: (...args) =>
        defer(() => {
          if (written < 9) write();
          return effects.read$(...args);
        }),
    };
    const said: string[] = [];
    tail$(path, { lines: 2, effects: growing }).subscribe({
      next: (text) => said.push(text),
      complete: () => said.push('complete'),
    });
    close();
    expect(said).toEqual(['b\nc\n', 'complete']);
    expect(written).toBeGreaterThan(0);
    expect(disk.descriptors()).toBe(0);
  });

  it('a missing file is an error; with follow it is waited for', () => {
    expect(linesOf({}, () => undefined)).toEqual(['Error: ENOENT: it failed']);
    const said = linesOf({ follow: true, lines: 1 }, (disk, at) => {
      at(150, () => {
        disk.put(path, 'a\nb\n', 150);
      });
    });
    expect(said).toEqual(['200 "a\\nb\\n"']);
  });

  it('with follow: reads new lines, then all rotated files in order, then the new file', () => {
    const said = linesOf({ follow: true, lines: 1 }, (disk, at) => {
      disk.put(rotated(0), 'of no concern\n', 0);
      disk.put(path, 'a\nb\n', 1);
      at(150, () => {
        disk.rename(path, rotated(1));
        disk.put(rotated(2), 'c\n', 150);
        disk.put(`${rotated(3)}.gz`, 'gzip of d\n', 150);
        disk.put(`${rotated(4)}.gz.part`, 'half', 150);
        disk.put(path, 'e\n', 150);
      });
    });
    expect(said).toEqual(['0 "b\\n"', '200 "c\\n"', '200 "d\\n"', '200 "e\\n"']);
  });

  it.each([
    ['at once', undefined],
    ['later', asapScheduler],
  ])(
    'finds the last lines of a file of 350 MB from its end, when reads complete %s',
    async (_, scheduler) => {
      const effects = largeFile(350_000_000, scheduler);
      const last = async (lines: number) =>
        lastValueFrom(tail$(path, { lines, effects }).pipe(scan((size, text) => size + text.length, 0)));
      expect(await last(1)).toBe('last\n'.length);
      // Of two lines the first begins with the file, which is to be found out, not read.
      const beginning$ = tail$(path, { lines: 2, maxLineLength: 1_000_000, effects }).pipe(take(1));
      expect((await lastValueFrom(beginning$)).slice(0, 10)).toBe('xxxxxxxxxx');
    },
    60_000,
  );

  it('reads a renamed file until the new one has content', () => {
    const { effects, disk } = fakeWorld();
    const said = linesOf({ follow: true, effects }, (_, at) => {
      disk.put(path, 'a\n', 0);
      let fd = 0;
      effects.open$(path).subscribe((opened) => (fd = opened));
      at(50, () => {
        disk.rename(path, `${path}.1`);
        disk.put(path, '', 50);
      });
      at(150, () => effects.write$(fd, [Buffer.from('b\n')]).subscribe());
      at(250, () => {
        effects.close$(fd).subscribe();
        disk.put(path, 'c\n', 250);
      });
    });
    expect(said).toEqual(['0 "a\\n"', '200 "b\\n"', '300 "c\\n"']);
    expect(disk.descriptors()).toBe(0);
  });

  it('emits every line once and in order, through writes, rotations, compressions and moves, also on a slow disk', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('write') },
      { weight: 3, arbitrary: fc.constant('rotate') },
      { weight: 2, arbitrary: fc.constant('compress') },
      { weight: 1, arbitrary: fc.constant('move') },
    );
    const steps = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 60 })), { maxLength: 60 });
    const delays = fc.infiniteStream(fc.integer({ min: 0, max: 8 }));
    fc.assert(
      fc.property(steps, delays, (steps, delays) => {
        const { effects, disk } = fakeWorld();
        const said: string[] = [];
        const scheduler = new TestScheduler(() => undefined);
        let written = 0;
        scheduler.run(() => {
          const slow$ = <T>(work$: Observable<T>): Observable<T> =>
            defer(() => timer(Number(delays.next().value))).pipe(concatMap(() => work$));
          const slow: TailOptions['effects'] = {
            openRead$: (name) => slow$(effects.openRead$(name)),
            read$: (...args) => slow$(effects.read$(...args)),
            stat$: (file) => slow$(effects.stat$(file)),
            list$: (folder) => slow$(effects.list$(folder)),
            gunzip$: (name) => slow$(effects.gunzip$(name)),
            real$: (name) => slow$(effects.real$(name)),
            close$: effects.close$,
          };
          const writer = fakeWriter(effects, disk, () => (written += 1));
          // Not before it has seen that there is no log.
          let at = 50;
          for (const [step, gap] of steps) {
            // What is renamed by others twice within one look, or before it was seen, is not followed.
            if (step === 'move') at += 1_500;
            timer(at).subscribe(writer[step as 'write']);
            at += step === 'move' ? 400 : gap;
          }
          timer(at).subscribe(writer.close);
          const tail = tail$(path, { lines: 0, follow: true, effects: slow }, scheduler).subscribe((text) =>
            said.push(text),
          );
          // 60 files, each opened, listed, read and looked at by a slow disk.
          timer(at + 8_000).subscribe(() => {
            tail.unsubscribe();
          });
        });
        expect(said.join('')).toBe(Array.from({ length: written }, (_, n) => `${n + 1}\n`).join(''));
        expect(disk.descriptors()).toBe(0);
      }),
    );
  });

  it('reads a truncated file from its beginning', () => {
    const said = linesOf({ follow: true }, (disk, at) => {
      disk.put(path, 'abc\n', 0);
      at(150, () => {
        disk.truncate(path, 'x\n');
      });
    });
    expect(said).toEqual(['0 "abc\\n"', '300 "x\\n"']);
  });

  it('passes on errors of reading', () => {
    const said = linesOf({ follow: true }, (disk) => {
      disk.put(path, 'a\n', 0);
      disk.statError = 'EACCES';
    });
    expect(said).toEqual(['Error: EACCES: it failed']);
  });

  it('refuses a negative number of lines', () => {
    expect(() => tail$(path, { lines: -1 })).toThrow(
      'lines: -1 is not a number of lines. Give 0 or more, or Infinity.',
    );
  });
});
