import { expect, it } from 'vitest';
import * as errors from '../../src/model/errors.js';
import { exitCodeOf } from '../../src/cli/cliError.js';

it.each([
  ['of this copy of the package', errors],
  // A config may import the package that is installed beside it.
  ['of another copy of the package', await otherCopy()],
])('errors %s are mistakes in what was given, unless they are of the manager', (copy, { RxvisorError, SpecError }) => {
  expect(RxvisorError === errors.RxvisorError).toBe(copy === 'of this copy of the package');
  expect(exitCodeOf(new SpecError('cwd', 'is not a folder'))).toBe(2);
  expect(exitCodeOf(new RxvisorError('ERR_CONTROL', 'x'))).toBe(1);
});

it.each([new Error('x'), Object.assign(new Error('x'), { code: 'ENOENT' }), 'x', undefined, { code: 'ERR_SPEC' }])(
  '%s is a mistake of ours',
  (error) => {
    expect(exitCodeOf(error)).toBeUndefined();
  },
);

async function otherCopy(): Promise<typeof errors> {
  const path = '../../src/model/errors.js?copy';
  return (await import(path)) as typeof errors;
}
