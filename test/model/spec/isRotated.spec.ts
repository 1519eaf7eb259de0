import { expect, it } from 'vitest';
import { isRotated } from '../../../src/model/spec/logPlan.js';

it.each([
  ['a.log.2026-11-24T03-50-37.123Z', true],
  ['a.log.2026-11-24T03-50-37.123Z.gz', true],
  ['a.log.2026-11-24T03-50-37.123Z.gz.part', false],
  ['ba.log.2026-11-24T03-50-37.123Z', false],
  ['a.log', false],
  ['a.log.1', false],
])('%s: %s', (name, expected) => {
  expect(isRotated('a.log', name)).toBe(expected);
});
