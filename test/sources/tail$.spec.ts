import { TestScheduler } from 'rxjs/testing';
import { timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { tail$, type TailOptions } from '../../src/sources/tail$.js';
import { type FakeDisk, fakeWorld } from '../fakeEffects.js';

const path = '/logs/a.log';

/** What is told of a file that changes, in virtual time; followed for a second. */
function told(
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
    const said = told({ lines }, (disk) => {
      disk.put(path, text, 0);
    });
    expect(said).toEqual([...expected.map((block) => `0 ${JSON.stringify(block)}`), 'complete']);
  });

  it('looks back over many chunks', () => {
    const long = `${'x'.repeat(50_000)}\n`;
    const said = told({ lines: 3, maxLineLength: 100_000 }, (disk) => {
      disk.put(path, long.repeat(5), 0);
    });
    const text = said.slice(0, -1).map((line) => JSON.parse(line.slice(2)) as string);
    expect(text.join('') === long.repeat(3)).toBe(true);
  });

  it('says of a missing file that it is, unless it is to be followed: then it waits', () => {
    expect(told({}, () => undefined)).toEqual(['Error: ENOENT: it failed']);
    const said = told({ follow: true, lines: 1 }, (disk, at) => {
      at(150, () => {
        disk.put(path, 'a\nb\n', 150);
      });
    });
    expect(said).toEqual(['200 "a\\nb\\n"']);
  });

  it('follows: what is added, a rename with more after it, files missed in between, the new one', () => {
    const said = told({ follow: true, lines: 1 }, (disk, at) => {
      disk.put(`${path}.0`, 'of no concern\n', 0);
      disk.put(path, 'a\nb\n', 1);
      at(150, () => {
        disk.rename(path, `${path}.1`);
        disk.put(`${path}.2`, 'd\n', 160);
        disk.put(`${path}.3.gz`, 'packed', 165);
        disk.put(path, 'e\n', 170);
      });
    });
    expect(said).toEqual(['0 "b\\n"', '200 "d\\n"', '200 "e\\n"']);
  });

  it('reads a file that was truncated from its beginning', () => {
    const said = told({ follow: true }, (disk, at) => {
      disk.put(path, 'abc\n', 0);
      at(150, () => {
        disk.truncate(path, 'x\n');
      });
    });
    expect(said).toEqual(['0 "abc\\n"', '300 "x\\n"']);
  });

  it('passes on what reading says', () => {
    const said = told({ follow: true }, (disk) => {
      disk.put(path, 'a\n', 0);
      disk.statError = 'EACCES';
    });
    expect(said).toEqual(['Error: EACCES: it failed']);
  });

  it('refuses a number of lines there cannot be', () => {
    expect(() => tail$(path, { lines: -1 })).toThrow(
      'lines: -1 is not a number of lines. Give 0 or more, or Infinity.',
    );
  });
});
