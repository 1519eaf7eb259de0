import { describe, expect, it } from 'vitest';
import { runEndText } from '../../../src/cli/format/eventText.js';

describe('runEndText', () => {
  it('distinguishes a code, a signal and a failed start', () => {
    expect(runEndText({ code: 0, signal: null, uptime: 1_500 })).toBe('code 0 after 1.5s');
    expect(runEndText({ code: null, signal: 'SIGKILL', uptime: 60_000 })).toBe('SIGKILL after 1m');
    expect(runEndText({ code: null, signal: null, uptime: 0, error: 'spawn nope ENOENT' })).toBe('spawn nope ENOENT');
  });
});
