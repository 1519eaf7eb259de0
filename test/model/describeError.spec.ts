import { expect, it } from 'vitest';
import { describeError } from '../../src/model/describeError.js';

it.each([
  [Object.assign(new Error('no such file'), { code: 'ENOENT' }), { code: 'ENOENT', message: 'no such file' }],
  [Object.assign(new Error('odd'), { code: 5 }), { code: '5', message: 'odd' }],
  [new TypeError('plain'), { code: 'UNKNOWN', message: 'plain' }],
  ['thrown', { code: 'UNKNOWN', message: 'thrown' }],
  [undefined, { code: 'UNKNOWN', message: 'undefined' }],
  [null, { code: 'UNKNOWN', message: 'null' }],
])('describeError: %o', (error, expected) => {
  expect(describeError(error)).toEqual(expected);
});
