import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backgroundSpec } from '../../../src/cli/config/backgroundSpec.js';
import { portableSpec } from '../../../src/control/protocol/portableSpec.js';

beforeEach(() => vi.stubEnv('FROM_SHELL', '1'));
afterEach(() => vi.unstubAllEnvs());

describe('backgroundSpec', () => {
  it('removes a variable that is undefined in env from what the service inherits', () => {
    const { env, extendEnv } = backgroundSpec({ command: 'a', env: { FROM_SHELL: undefined, B: '2' } });
    expect(env).toEqual({ B: '2' });
    expect(extendEnv).not.toHaveProperty('FROM_SHELL');
    expect(extendEnv).toHaveProperty('PATH');
  });

  it('keeps an undefined that an env file could set again, so that it is refused and not lost', () => {
    const spec = backgroundSpec({ command: 'a', envFile: '.env', env: { FROM_SHELL: undefined } });
    expect(() => portableSpec(spec)).toThrow(/^env\.FROM_SHELL: undefined cannot be sent to another process\./);
  });

  it.each([false, { A: '1' }])('keeps extendEnv: %j', (extendEnv) => {
    expect(backgroundSpec({ command: 'a', extendEnv })).toMatchObject({ env: {}, extendEnv });
  });

  it.each([
    [{ command: 'a' }, 5_000],
    [{ command: 'a', grace: 0 }, 0],
    [{ script: 'a.js', exec: 'cluster' as const }, undefined],
  ])('%j has a grace of %s', (service, grace) => {
    expect(backgroundSpec(service).grace).toBe(grace);
  });
});
