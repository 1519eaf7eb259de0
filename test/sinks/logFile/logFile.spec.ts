import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { LogWriter, LogFailure } from '../../../src/model/effects.js';
import { openLog } from '../../../src/sinks/logFile/openLog.js';
import { type FakeDisk, type FakeWorld, fakeWorld } from '../../fakeEffects.js';

const path = '/logs/a.log';

interface Writing {
  readonly log: LogWriter;
  readonly failures: readonly (LogFailure & { readonly at: number })[];
  readonly settled: readonly string[];
  /** When the last of it was written or dropped. */
  readonly done: () => number | undefined;
  readonly write: (text: string) => void;
}

/** Gives `work` a disk and a way to open logs on it, in virtual time. */
function virtually(
  work: (disk: FakeDisk, open: () => Writing, at: (ms: number, work: () => void) => void, world: FakeWorld) => void,
): FakeWorld {
  const world = fakeWorld();
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const open = (): Writing => {
      const log = openLog(path, world.effects, scheduler);
      const failures: Writing['failures'][number][] = [];
      const settled: string[] = [];
      let done: number | undefined;
      log.failure$.subscribe({
        next: (failure) => failures.push({ ...failure, at: scheduler.now() }),
        complete: () => (done = scheduler.now()),
      });
      const write = (text: string): void => {
        log.write([Buffer.from(text)], () => settled.push(text));
      };
      return { log, failures, settled, done: () => done, write };
    };
    work(world.disk, open, (ms, work) => void timer(ms).subscribe(work), world);
  });
  expect(world.disk.descriptors()).toBe(0);
  expect(world.effects.logs.size).toBe(0);
  return world;
}

describe('a log file', () => {
  it('is opened at once, by one descriptor for all who write to it, and closed with the last of them', () => {
    virtually((disk, open, _at, { effects }) => {
      const [a, b] = [open(), open()];
      expect(disk.opened).toEqual([path]);
      a.write('a 1\n');
      b.write('b 1\n');
      a.log.close();
      b.write('b 2\n');
      expect(a.done()).toBe(0);
      expect(disk.descriptors()).toBe(1);
      b.log.close();
      b.log.close();
      expect(disk.text(path)).toBe('a 1\nb 1\nb 2\n');
      expect(effects.logs.size).toBe(0);
      const c = open();
      c.write('c 1\n');
      c.log.close();
      expect(disk.text(path)).toBe('a 1\nb 1\nb 2\nc 1\n');
    });
  });

  it('settles what is written once it is; what comes meanwhile goes out as one', () => {
    virtually((disk, open, at) => {
      disk.delay = 10;
      const a = open();
      a.write('1\n');
      a.write('2\n');
      a.write('3\n');
      at(9, () => {
        expect(a.settled).toEqual([]);
      });
      at(15, () => {
        expect(a.settled).toEqual(['1\n']);
        expect(disk.text(path)).toBe('1\n');
        a.log.close();
      });
      at(25, () => {
        expect(disk.text(path)).toBe('1\n2\n3\n');
        expect(a.settled).toEqual(['1\n', '2\n', '3\n']);
        expect(a.done()).toBe(20);
      });
    });
  });

  it('goes on after a short write where that ended', () => {
    virtually((disk, open) => {
      disk.atMost = 3;
      const a = open();
      a.write('one\ntwo\nthree\n');
      a.log.close();
      expect(disk.text(path)).toBe('one\ntwo\nthree\n');
      expect(a.failures).toEqual([]);
    });
  });

  it('takes a disk that takes no bytes for one that fails', () => {
    virtually((disk, open, at) => {
      disk.atMost = 0;
      const a = open();
      a.write('one\n');
      expect(a.failures).toEqual([{ at: 0, code: 'EIO', message: 'the file takes no bytes', dropped: 0 }]);
      at(50, () => {
        disk.atMost = Infinity;
      });
      at(150, () => {
        expect(disk.text(path)).toBe('one\n');
        a.log.close();
      });
    });
  });

  it.each(['openError', 'writeError'] as const)(
    'is tried again on the schedule after an %s, and says each time',
    (kind) => {
      virtually((disk, open, at) => {
        disk[kind] = 'ENOSPC';
        const a = open();
        a.write('one\n');
        a.write('two\n');
        expect(a.settled).toEqual(['one\n', 'two\n']);
        at(70_000, () => {
          disk[kind] = undefined;
        });
        at(100_000, () => {
          expect(a.failures.map((failure) => failure.at)).toEqual([0, 100, 600, 1_600, 6_600, 36_600, 66_600]);
          expect(a.failures.every(({ code, dropped }) => code === 'ENOSPC' && dropped === 0)).toBe(true);
          expect(disk.text(path)).toBe('one\ntwo\n');
          expect(a.settled).toEqual(['one\n', 'two\n']);
          a.log.close();
        });
      });
    },
  );

  it('starts its schedule over after a success', () => {
    virtually((disk, open, at) => {
      const a = open();
      for (const ms of [1_000, 3_000]) {
        at(ms, () => {
          disk.writeError = 'EIO';
          a.write(`${ms}\n`);
        });
        at(ms + 150, () => {
          disk.writeError = undefined;
        });
      }
      at(5_000, () => {
        expect(a.failures.map((failure) => failure.at)).toEqual([1_000, 1_100, 3_000, 3_100]);
        expect(disk.text(path)).toBe('1000\n3000\n');
        a.log.close();
      });
    });
  });

  it('holds 1 MiB while it fails; what comes beyond is dropped, counted and said', () => {
    virtually((disk, open, at) => {
      disk.writeError = 'ENOSPC';
      const a = open();
      const half = `${'x'.repeat(524_286)}\n\n`;
      a.write('first\n');
      a.write(half);
      a.write(half);
      a.write('1\n2\n3\n');
      expect(a.settled).toHaveLength(4);
      at(50, () => {
        disk.writeError = undefined;
      });
      at(150, () => {
        expect(a.failures.map(({ at, dropped }) => [at, dropped])).toEqual([
          [0, 0],
          [100, 2],
        ]);
        expect(disk.text(path)).toBe(`first\n${half}1\n2\n3\n`);
        a.log.close();
      });
    });
  });

  it('gives what it holds one last try at the end, and says what is lost', () => {
    virtually((disk, open, at) => {
      disk.writeError = 'ENOSPC';
      const a = open();
      a.write('one\ntwo\n');
      at(20, () => {
        a.log.close();
        expect(a.failures.map(({ at, dropped }) => [at, dropped])).toEqual([
          [0, 0],
          [20, 2],
        ]);
        expect(a.done()).toBe(20);
      });
    });
  });

  it('saves it all if the last try succeeds', () => {
    virtually((disk, open, at) => {
      disk.openError = 'EACCES';
      const a = open();
      a.write('one\n');
      at(20, () => {
        disk.openError = undefined;
        a.log.close();
        expect(disk.text(path)).toBe('one\n');
        expect(a.failures).toHaveLength(1);
        expect(a.done()).toBe(20);
      });
    });
  });

  it('fails at the end for one who writes, and goes on for another', () => {
    virtually((disk, open, at) => {
      disk.delay = 10;
      disk.atMost = 2;
      const [a, b] = [open(), open()];
      a.write('aaaa\n');
      b.write('bbbb\n');
      a.log.close();
      at(15, () => {
        disk.writeError = 'EIO';
      });
      at(25, () => {
        expect(a.failures.map(({ dropped }) => dropped)).toEqual([1]);
        expect(b.failures.map(({ dropped }) => dropped)).toEqual([0]);
        expect(a.done()).toBe(20);
        disk.writeError = undefined;
        disk.atMost = Infinity;
      });
      at(200, () => {
        // The half line that was written is ended: the next one starts a line of its own.
        expect(disk.text(path)).toBe('aa\nbbbb\n');
        b.log.close();
      });
    });
  });

  it('goes on in a new file when it is reopened after a rename, also in the midst of a write', () => {
    const { disk } = virtually((disk, open, at) => {
      disk.delay = 10;
      const a = open();
      a.write('1\n');
      at(5, () => {
        disk.rename(path, '/logs/old');
        a.log.reopen();
        a.write('2\n');
      });
      at(50, () => {
        disk.rename(path, '/logs/older');
        a.log.reopen();
      });
      at(60, () => {
        expect(disk.text(path)).toBe('');
        expect(disk.descriptors()).toBe(1);
        a.write('3\n');
        a.log.close();
      });
    });
    expect([disk.text('/logs/old'), disk.text('/logs/older'), disk.text(path)]).toEqual(['1\n', '2\n', '3\n']);
  });

  it('tries at once when it is reopened while it fails', () => {
    virtually((disk, open, at) => {
      disk.openError = 'ENOENT';
      const a = open();
      a.write('1\n');
      at(50, () => {
        disk.openError = undefined;
        a.log.reopen();
        expect(disk.text(path)).toBe('1\n');
        a.log.close();
      });
    });
  });
});
