import { expect, it } from 'vitest';
import { spawnFailed } from '../../src/process/spawnProcess.js';

it('spawnFailed keeps code and message, whatever was thrown', () => {
  const origin = { name: 'a', attempt: 3 };
  const coded = Object.assign(new Error('no such file'), { code: 'ENOENT' });
  expect(spawnFailed(coded, origin)).toEqual({
    type: 'spawnFailed',
    code: 'ENOENT',
    message: 'no such file',
    ...origin,
  });
  expect(spawnFailed(new Error('odd'), origin)).toMatchObject({ code: 'UNKNOWN', message: 'odd' });
  expect(spawnFailed('thrown', origin)).toMatchObject({ code: 'UNKNOWN', message: 'thrown' });
});
