import { closeSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync, writeSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, forkJoin, Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFile$ } from '../../src/system/openFile.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('openFile$', () => {
  it('opens for appending, and makes what folders are missing', async () => {
    const path = join(folder, 'a', 'b', 'c.log');
    for (const text of ['one\n', 'two\n']) {
      const fd = await firstValueFrom(openFile$(path));
      writeSync(fd, text);
      closeSync(fd);
    }
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('does nothing before it is subscribed', () => {
    expect(openFile$(join(folder, 'a', 'b.log'))).toBeInstanceOf(Observable);
    expect(statSync(join(folder, 'a'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('makes one folder for many at once', async () => {
    const paths = Array.from({ length: 8 }, (_, n) => join(folder, 'x', 'y', `${n}.log`));
    const fds = await firstValueFrom(forkJoin(paths.map(openFile$)));
    fds.forEach(closeSync);
    expect(new Set(fds).size).toBe(8);
  });

  it.each<[what: string, code: string, make: () => string]>([
    ['a folder', 'EISDIR', () => folder],
    [
      'in a file',
      'ENOTDIR',
      () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file', 'a', 'b.log');
      },
    ],
    // With mkdir's own `recursive` neither of these ever ends.
    ['where nothing can be made', 'ENOENT', () => '/proc/none/a.log'],
    [
      'behind a link that leads nowhere',
      'ENOENT',
      () => {
        symlinkSync('nowhere', join(folder, 'link'));
        return join(folder, 'link', 'a', 'b.log');
      },
    ],
  ])('%s: %s', async (_what, code, make) => {
    await expect(firstValueFrom(openFile$(make()))).rejects.toMatchObject({ code });
  });
});
