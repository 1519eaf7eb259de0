import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ioOf } from '../../src/cli/io.js';

it.each([
  [{ LANG: 'en_US.UTF-8' }, true],
  [{ LANG: 'C.utf8' }, true],
  [{ LANG: 'en_US.UTF-8', LC_CTYPE: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'C', LC_ALL: 'C.UTF-8' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: '' }, true],
  [{}, false],
])('with the locale %j, drawings have Unicode characters: %s', (env, unicode) => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  expect(ioOf({ ...streams, env } as unknown as NodeJS.Process).unicode).toBe(unicode);
});
