import { describe, expect, it } from 'vitest';
import { RxvisorError, SpecError } from '../../src/index.js';

describe('errors', () => {
  it('have different codes, and keep their cause', () => {
    const cause = new Error('below');
    const error = new RxvisorError('ERR_CONFIG', 'above', { cause });
    expect(error).toMatchObject({ name: 'RxvisorError', code: 'ERR_CONFIG', message: 'above', cause });
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('RxvisorError: above');
  });

  it('of specs name their field', () => {
    const cause = new Error('below');
    const error = new SpecError('grace', '-1 is not a delay.', { cause });
    expect(error).toMatchObject({ code: 'ERR_SPEC', field: 'grace', cause });
    expect(error).toBeInstanceOf(RxvisorError);
    expect(String(error)).toBe('SpecError: grace: -1 is not a delay.');
  });
});
