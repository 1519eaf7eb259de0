import { expect, it } from 'vitest';
import { encodeFrame } from '../../../src/control/protocol/frames.js';

it('counts bytes, not characters', () => {
  expect(encodeFrame({ a: 'ü' })).toBe('Content-Length: 10\r\n\r\n{"a":"ü"}');
});

it('a message that the other end would refuse is not sent', () => {
  expect(() => encodeFrame({ text: 'x'.repeat(17_000_000) })).toThrow('are more than the other end takes');
});
