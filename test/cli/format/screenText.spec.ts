import { expect, it } from 'vitest';
import { screenText } from '../../../src/cli/format/paint.js';

it.each([
  ['\u001B[31mred\u001B[39m\tand\n', '\u001B[31mred\u001B[39m\tand\n'],
  ['\u001B]0;title\u0007\u001B[2J\u202E', '\\u001b]0;title\\u0007\\u001b[2J\\u202e'],
  [JSON.stringify({ name: '\u009B2J' }), '{"name":"\\u009b2J"}'],
])('screenText keeps colours, and nothing else that steers: %j', (text, expected) => {
  expect(screenText(text)).toBe(expected);
});
