import { describe, expect, it } from 'vitest';
import { painter, timeText } from '../../../src/cli/format/paint.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe('timeText', () => {
  it('is ISO 8601 for files and programs', () => {
    expect(timeText(now, { live: false, paint: painter(false) })).toBe('2026-01-02T03:04:05.678Z');
  });

  it('is the local time of day for people', () => {
    const [, time] = /(\d\d:\d\d:\d\d)/.exec(new Date(now).toString()) ?? [];
    expect(timeText(now, { live: true, paint: painter(false) })).toBe(time);
    expect(timeText(now, { live: true, paint: painter(true) })).toBe(`\u001B[2m${String(time)}\u001B[22m`);
  });
});
