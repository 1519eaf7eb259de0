import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { callOf } from '../marbles/kit/callOf.js';
import { draw } from '../marbles/kit/draw.js';
import type { Policy } from '../marbles/kit/policy.js';
import { rehearse } from '../marbles/kit/rehearse.js';

const update = process.env.UPDATE_MARBLES === '1';
const names = readdirSync('marbles')
  .filter((name) => name.endsWith('.marbles.ts'))
  .map((name) => name.replace('.marbles.ts', ''));
const drawings = readdirSync('marbles/svg').map((name) => name.replace('.svg', ''));

describe.each(names)('marbles/%s', async (name) => {
  const { default: policy } = (await import(`../marbles/${name}.marbles.ts`)) as { default: Policy };
  const rehearsal = rehearse(policy);

  it(policy.title, () => {
    expect(rehearsal.actual).toEqual(rehearsal.expected);
  });

  it('is what its diagram shows; UPDATE_MARBLES=1 draws it anew', () => {
    const path = `marbles/svg/${name}.svg`;
    const drawn = draw(policy, callOf(readFileSync(`marbles/${name}.marbles.ts`, 'utf8')), rehearsal);
    if (update) writeFileSync(path, drawn);
    expect(readFileSync(path, 'utf8')).toBe(drawn);
  });
});

it('the whole default schedule, its repeats and its reset are proven in under 50 ms', async () => {
  const { default: policy } = await import('../marbles/default-schedule.marbles.js');
  const took = Array.from({ length: 10 }, () => {
    const start = performance.now();
    rehearse(policy);
    return performance.now() - start;
  });
  // The machine may have other things to do; what counts is what it takes when it has not.
  expect(Math.min(...took)).toBeLessThan(50);
});

it('no diagram is without its policy', () => {
  expect(drawings.filter((name) => !names.includes(name))).toEqual([]);
});
