import { expect, it } from 'vitest';
import { encodeFrame, frameDecoder } from '../../../src/control/protocol/frames.js';

it('counts bytes, not characters', () => {
  expect(encodeFrame({ a: 'ü' })).toBe('Content-Length: 10\r\n\r\n{"a":"ü"}');
});

it('a message that the other end would refuse is not sent', () => {
  expect(() => encodeFrame({ text: 'x'.repeat(17_000_000) })).toThrow('are more than the other end takes');
});

it('finds the messages wherever the bytes are cut', () => {
  const bytes = Buffer.from(encodeFrame({ a: 'ü' }) + encodeFrame({ b: 1 }));
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const decode = frameDecoder(100);
    const found = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) => decode(chunk).map(String));
    expect(found).toEqual(['{"a":"ü"}', '{"b":1}']);
  }
});

it('asks for the limit at each message', () => {
  let limit = 10;
  const decode = frameDecoder(() => limit);
  expect(decode(Buffer.from(encodeFrame({ a: 1 }))).map(String)).toEqual(['{"a":1}']);
  expect(() => decode(Buffer.from(encodeFrame({ b: 'long' })))).toThrow('Content-Length: 12 is more');
  limit = 100;
  expect(frameDecoder(() => limit)(Buffer.from(encodeFrame({ b: 'long' }))).map(String)).toEqual(['{"b":"long"}']);
});
