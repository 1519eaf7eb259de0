import { expect, it } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { settleTime } from '../../src/model/startProgress.js';

it.each<[spec: Pick<ChildSpec, 'settle' | 'ready' | 'exec'>, settle: number]>([
  [{}, 1_000],
  [{ ready: 'spawn' }, 1_000],
  [{ exec: 'fork' }, 1_000],
  [{ exec: 'cluster' }, 0],
  [{ exec: 'cluster', ready: 'spawn' }, 1_000],
  [{ ready: 'message' }, 0],
  [{ ready: { line: 'up' } }, 0],
  [{ settle: 0 }, 0],
  [{ settle: 5_000, ready: { tcp: 80 } }, 5_000],
])('%j has to last for %i ms', (spec, settle) => {
  expect(settleTime(spec)).toBe(settle);
});
