import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { instanceCount } from '../../src/ports/cluster.js';

it('counts from what there is, and from what there is not', () => {
  const cores = availableParallelism();
  expect([instanceCount(0), instanceCount(3), instanceCount('max')]).toEqual([0, 3, cores]);
  expect(instanceCount(-1)).toBe(Math.max(1, cores - 1));
  expect(instanceCount(-1_000)).toBe(1);
});
