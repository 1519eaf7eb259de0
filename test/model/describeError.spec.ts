import { expect, it } from 'vitest';
import { describeError } from '../../src/model/errors.js';

it.each([
  [Object.assign(new Error('no such file'), { code: 'ENOENT' }), { code: 'ENOENT', message: 'no such file' }],
  [Object.assign(new Error('odd'), { code: 5 }), { code: '5', message: 'odd' }],
  [new TypeError('plain'), { code: 'UNKNOWN', message: 'plain' }],
  ['thrown', { code: 'UNKNOWN', message: 'thrown' }],
  [undefined, { code: 'UNKNOWN', message: 'undefined' }],
  [null, { code: 'UNKNOWN', message: 'null' }],
  [Object.assign(new Error(), { message: 7 }), { code: 'UNKNOWN', message: '7' }],
])('describeError: %o', (error, expected) => {
  expect(describeError(error)).toEqual(expected);
});

it.each<[string, () => unknown]>([
  ['an object without a prototype', (): unknown => Object.create(null)],
  ['an error whose message is one', () => Object.assign(new Error(), { message: Object.create(null) as unknown })],
  [
    'a Proxy that was revoked',
    () => {
      const { proxy, revoke } = Proxy.revocable(new Error('gone'), {});
      revoke();
      return proxy;
    },
  ],
])('describeError never fails: %s', (_, thrown) => {
  expect(describeError(thrown())).toEqual({ code: 'UNKNOWN', message: expect.any(String) as unknown });
});
