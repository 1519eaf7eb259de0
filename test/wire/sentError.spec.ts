import { deserialize } from 'node:v8';
import { expect, it } from 'vitest';
import { type Encoded } from '../../src/wire/encode.js';
import { decodeError, encodeError } from '../../src/wire/sentError.js';

const sent = (thrown: unknown): unknown => {
  const encoded: Encoded = encodeError(thrown);
  return decodeError(typeof encoded === 'string' ? JSON.parse(encoded) : deserialize(encoded.bytes));
};

it('keeps the name, the message, the stack, the code and the fields', () => {
  class OwnError extends Error {
    override name = 'OwnError';
    code = 'ERR_OWN';
    details = { at: new Date(0) };
  }
  const error = new OwnError('bad');
  const { name, message, stack, code, details } = sent(error) as OwnError;
  expect({ name, message, stack, code, details }).toEqual({
    name: 'OwnError',
    message: 'bad',
    stack: error.stack,
    code: 'ERR_OWN',
    details: { at: new Date(0) },
  });
});

it('drops the fields that cannot be sent, and keeps what is no error', () => {
  const error = Object.assign(new Error('bad'), { code: 'EIO', retry: () => 1 });
  expect(sent(error)).toMatchObject({ message: 'bad', code: 'EIO' });
  expect(sent(error)).not.toHaveProperty('retry');
  expect([sent('text'), sent(undefined), sent(() => 1)]).toEqual(['text', undefined, '() => 1']);
});
