import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeControls, escapeControlsInLines } from '../../src/model/show.js';

describe('visible', () => {
  it.each([
    ['plain text', 'naïve 名前 🙂', 'naïve 名前 🙂'],
    ['ESC, BEL, NUL, DEL', '\u001B[2J\u0007\0\u007F', '\\u001b[2J\\u0007\\u0000\\u007f'],
    ['C1: CSI, OSC', '\u009B2J\u009D0;title', '\\u009b2J\\u009d0;title'],
    ['line ends and tabs', 'a\r\n\tb', 'a\\u000d\\u000a\\u0009b'],
    [
      'what turns the direction',
      '\u202E\u202A\u2066\u2069\u200F\u200E\u061C',
      '\\u202e\\u202a\\u2066\\u2069\\u200f\\u200e\\u061c',
    ],
    ['what has no width', 'a\u200Bb\u200C\u200D\u2060\uFEFF\u00AD', 'a\\u200bb\\u200c\\u200d\\u2060\\ufeff\\u00ad'],
    ['separators of lines', '\u2028\u2029\u0085', '\\u2028\\u2029\\u0085'],
    ['invisible tags', '\u{E0041}', '\\udb40\\udc41'],
  ])('%s', (_name, text, expected) => {
    expect(escapeControls(text)).toBe(expected);
  });

  it('is one line without anything that could steer a terminal, and JSON stays JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const json = JSON.stringify({ text });
        expect(JSON.parse(escapeControls(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});

it('visibleLines keeps line ends and tabs', () => {
  expect(escapeControlsInLines('a\n\tb\r\u001B[H\n')).toBe('a\n\tb\\u000d\\u001b[H\n');
});
