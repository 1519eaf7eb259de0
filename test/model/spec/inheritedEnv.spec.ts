import { expect, it } from 'vitest';
import { savedSpec, withInheritedEnv } from '../../../src/model/spec/inheritedEnv.js';

const A = { A: '1' };
const B = { B: '2' };

it.each([
  ['another environment', { extendEnv: A }, B, { extendEnv: B }],
  ['an environment in place of that of the manager', {}, B, { extendEnv: B }],
  ['no environment, which changes nothing', { extendEnv: A }, undefined, { extendEnv: A }],
  ['an environment for a child that inherits none', { extendEnv: false }, B, { extendEnv: false }],
])('withInheritedEnv: %s', (_what, spec, extendEnv, expected) => {
  expect(withInheritedEnv(spec, extendEnv)).toEqual(expected);
});

it.each([
  ['an environment is saved', { extendEnv: A }, { extendEnv: A }],
  ['saveEnv: false leaves it out', { extendEnv: A, saveEnv: false }, { saveEnv: false }],
  [
    'saveEnv: false keeps that nothing is inherited',
    { extendEnv: false, saveEnv: false },
    { extendEnv: false, saveEnv: false },
  ],
  ['without one, nothing is added', { name: 'a' }, { name: 'a' }],
])('savedSpec: %s', (_what, spec, expected) => {
  expect(savedSpec(spec)).toStrictEqual(expected);
});
