import { expect, it } from 'vitest';
import { idsOf } from '../../src/wire/idsOf.js';

it('counts on from a random UUID, over the end', () => {
  const idOf = idsOf('01234567-89ab-4def-8123-fffffffffffe');
  expect([0, 1, 2, 2 ** 24].map(idOf)).toEqual([
    '01234567-89ab-4def-8123-fffffffffffe',
    '01234567-89ab-4def-8123-ffffffffffff',
    '01234567-89ab-4def-8123-000000000000',
    '01234567-89ab-4def-8123-000000fffffe',
  ]);
});
