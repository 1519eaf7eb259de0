import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { signals } from '../../src/model/signals.js';

it('signals are those that Node knows here, without aliases, each once, in order', () => {
  const numbers = new Set(Object.values(constants.signals));
  const known = signals.filter((signal) => signal in constants.signals).map((signal) => constants.signals[signal]);
  expect(new Set(known)).toEqual(numbers);
  expect(known).toHaveLength(new Set(known).size);
  expect(signals).toEqual([...new Set(signals)].toSorted());
});
