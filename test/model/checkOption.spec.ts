import { describe, expect, it } from 'vitest';
import { checkDelay, checkSignal } from '../../src/model/checks.js';
import { RxvisorError } from '../../src/index.js';

/** What it throws, if anything. */
function thrownBy(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('checkDelay', () => {
  it.each([undefined, 0, 200, 2_147_483_647])('takes %s', (value) => {
    expect(thrownBy(() => checkDelay('grace', value))).toBeUndefined();
  });

  it.each([-1, 2_147_483_648, NaN, Infinity])('refuses %s, by name, value and remedy', (value) => {
    const error = thrownBy(() => checkDelay('grace', value));
    expect(error).toBeInstanceOf(RxvisorError);
    expect(error).toMatchObject({
      code: 'ERR_OPTION',
      message: `grace: ${value} is not a delay. Give milliseconds: a finite number from 0 to 2147483647.`,
    });
  });
});

describe('checkSignal', () => {
  it.each(['SIGTERM', 'SIGSTOP', 'SIGUSR2'] as const)('takes %s', (signal) => {
    expect(thrownBy(() => checkSignal('signal', signal))).toBeUndefined();
  });

  it.each(['TERM', 'sigterm', '', 15, undefined])('refuses %s, by name, value and remedy', (signal) => {
    const error = thrownBy(() => checkSignal('signal', signal as NodeJS.Signals));
    expect(error).toBeInstanceOf(RxvisorError);
    expect(error).toMatchObject({
      code: 'ERR_OPTION',
      message: `signal: ${typeof signal === 'string' ? `'${signal}'` : signal} is not a signal. Give a name such as 'SIGUSR1'.`,
    });
  });
});
