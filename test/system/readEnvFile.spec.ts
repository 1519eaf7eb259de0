import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvFile } from '../../src/system/readEnvFile.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const MAX_SIZE = 1_048_576;

function codeOf(path: string): unknown {
  try {
    readEnvFile(path);
    return 'no error';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

describe('readEnvFile', () => {
  it('reads a file of up to 1 MiB, also through a link', () => {
    const path = join(folder, 'a');
    const text = `A=ä${'x'.repeat(MAX_SIZE - 4)}`;
    writeFileSync(path, text);
    symlinkSync(path, join(folder, 'link'));
    expect(readEnvFile(join(folder, 'link')) === text).toBe(true);
    writeFileSync(path, `${text}x`);
    expect(codeOf(path)).toBe('EFBIG');
  });

  it.runIf(process.platform === 'linux')('reads a file whose size the system does not know', () => {
    expect(readEnvFile('/proc/self/status')).toContain(`Pid:\t${String(process.pid)}`);
  });

  it('refuses what is not a regular file, and does not wait for the writer of a FIFO', () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect([folder, fifo, '/dev/zero', join(folder, 'missing')].map(codeOf)).toEqual([
      'EISDIR',
      'EINVAL',
      'EINVAL',
      'ENOENT',
    ]);
  });

  it.skipIf(process.getuid?.() === 0)('throws the error of the system', () => {
    const path = join(folder, 'a');
    writeFileSync(path, '');
    chmodSync(path, 0);
    expect(codeOf(path)).toBe('EACCES');
  });
});
