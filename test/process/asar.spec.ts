import { describe, expect, it } from 'vitest';
import { asarUnpackedPath, asarParentFolder } from '../../src/process/launchEnv.js';

describe('intoUnpacked', () => {
  it.each([
    ['/opt/app.asar/lib/a.py', '/opt/app.asar.unpacked/lib/a.py'],
    ['/opt/app.asar', '/opt/app.asar.unpacked'],
    ['C:\\app\\app.asar\\a.py', 'C:\\app\\app.asar.unpacked\\a.py'],
    ['/opt/app.asar.unpacked/lib/a.py', '/opt/app.asar.unpacked/lib/a.py'],
    ['/opt/app.asarx/a.py', '/opt/app.asarx/a.py'],
    ['/opt/lib/a.py', '/opt/lib/a.py'],
  ])('%s: %s', (path, expected) => {
    expect(asarUnpackedPath(path)).toBe(expected);
  });
});

describe('outOfArchive', () => {
  it.each([
    ['/opt/app.asar/lib', '/opt'],
    ['/opt/app.asar', '/opt'],
    ['/opt/app.asar/inner.asar/lib', '/opt'],
    ['/opt/app.asar.unpacked/lib', '/opt/app.asar.unpacked/lib'],
    ['/opt/lib', '/opt/lib'],
    ['/app.asar/lib', '/'],
  ])('%s: %s', (cwd, expected) => {
    expect(asarParentFolder(cwd)).toBe(expected);
  });
});
