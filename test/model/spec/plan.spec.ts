import { expect, it } from 'vitest';
import { parseSpec } from '../../../src/index.js';
import { checked } from '../../../src/model/spec/plan.js';

it('what makes a plan a plan comes through no JSON, no registry of symbols, and no parseSpec', () => {
  const plan = { script: 'app.js', [checked]: true };
  expect(checked in (JSON.parse(JSON.stringify(plan)) as object)).toBe(false);
  expect(Symbol.keyFor(checked)).toBeUndefined();
  expect(checked in parseSpec(plan)).toBe(false);
});
