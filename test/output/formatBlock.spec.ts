import { describe, expect, it } from 'vitest';
import { formatBlock } from '../../src/output/logBytes.js';

const about = { name: 'api', stream: 'stderr', time: Date.UTC(2026, 0, 2) } as const;
const nameless = { ...about, name: undefined };

describe('formatBlock', () => {
  it.each(['a\nb\n', '\n', 'a\r\n\nb\0\n'])('plain passes %j as it is', (text) => {
    expect(formatBlock('plain', text, about)).toBe(text);
  });

  it('prefixed puts the name before each line, empty ones too; none where there is none', () => {
    expect(formatBlock('prefixed', 'a\n\nb\n', about)).toBe('api: a\napi: \napi: b\n');
    expect(formatBlock('prefixed', 'a\n\nb\n', nameless)).toBe('a\n\nb\n');
  });

  it('json makes an object of each line', () => {
    const time = '2026-01-02T00:00:00.000Z';
    const lines = formatBlock('json', 'say "a"\nb\n', about).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time, name: 'api', stream: 'stderr', line: 'say "a"' },
      { time, name: 'api', stream: 'stderr', line: 'b' },
    ]);
    expect(formatBlock('json', 'a\n', nameless)).toBe(`{"time":"${time}","stream":"stderr","line":"a"}\n`);
  });

  it('a function is given each line and its origin', () => {
    const format = (line: string, { name, stream }: typeof about | typeof nameless): string =>
      `${String(name)} ${stream} <${line}>`;
    expect(formatBlock(format as never, 'a\nb\n', about)).toBe('api stderr <a>\napi stderr <b>\n');
  });

  it('throws what the function throws', () => {
    const format = (): never => {
      throw new Error('no format');
    };
    expect(() => formatBlock(format, 'a\n', about)).toThrow('no format');
  });
});
