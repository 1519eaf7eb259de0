import { VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { settleWithin } from '../../src/operators/deadline.js';

it.each([
  ['resolved', async () => Promise.resolve(1)],
  ['rejected', async () => Promise.reject(new Error('no'))],
])('resolves when the work is %s', async (_state, work) => {
  const scheduler = new VirtualTimeScheduler();
  await settleWithin(work(), 1_000, scheduler);
  expect(scheduler.now()).toBe(0);
});

it('resolves after the time when the work hangs', async () => {
  const scheduler = new VirtualTimeScheduler();
  const waiting = settleWithin(new Promise(() => undefined), 1_000, scheduler);
  scheduler.flush();
  await waiting;
  expect(scheduler.now()).toBe(1_000);
});
