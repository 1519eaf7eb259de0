import { describe, expect, it } from 'vitest';
import type { Exited } from '../../src/index.js';
import { legend, letterOf } from '../../src/testing/index.js';

const exited: Exited = { type: 'exited', code: 1, signal: null, uptime: 5, expected: false, attempt: 1 };

describe('letterOf', () => {
  it('gives each event of the legend back its letter', () => {
    for (const [letter, { event }] of Object.entries(legend)) expect(letterOf(event)).toBe(letter);
  });

  it('has four letters for exits: as asked, with code 0, with another, by a signal', () => {
    expect(letterOf({ ...exited, code: 137 })).toBe('x');
    expect(letterOf({ ...exited, code: 0 })).toBe('z');
    expect(letterOf({ ...exited, code: null, signal: 'SIGSEGV' })).toBe('y');
    for (const how of [{ code: 0 }, { code: 1 }, { code: null, signal: 'SIGKILL' as const }]) {
      expect(letterOf({ ...exited, ...how, expected: true })).toBe('q');
    }
  });
});
