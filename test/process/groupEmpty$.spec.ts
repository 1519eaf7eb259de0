import { asyncScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { groupEmpty$ } from '../../src/process/runControl.js';

const origin = { attempt: 1 };
const events = {
  p: { type: 'stopping', reason: 'leftover', ...origin },
  d: { type: 'daemonized', pids: [7], ...origin },
} as const;

/** What each look finds in turn, the last one again and again: living processes, and daemons. */
it.each([
  ['nothing', [false], [[]], false, '|'],
  ['processes, until they are gone', [true, true, true, false], [[]], false, 'p 29ms |'],
  ['processes that were asked', [true, false], [[]], true, '10ms |'],
  ['a daemon', [false], [[7]], false, '10ms (d|)'],
  ['a daemon after a stop', [false], [[7]], true, '10ms (d|)'],
  ['a daemon beside processes', [true, true, false, false], [[7]], false, 'p 29ms (d|)'],
  ['a process in the midst of an exec', [false, true, true, false], [[7], []], false, '10ms p 19ms |'],
  ['a process that ends meanwhile', [false], [[7], []], false, '10ms |'],
] as const)('%s', (_, lives, looks, asked, marble) => {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(({ expectObservable }) => {
    const [living, looking] = [[...lives], [...looks]] as [boolean[], (readonly number[])[]];
    const next = <T>(list: T[]): T => (list.length > 1 ? list.shift()! : list[0]!);
    const control = { alive: () => next(living), stopRequested: () => asked };
    expectObservable(groupEmpty$(control, () => next(looking), origin, asyncScheduler)).toBe(marble, events);
  });
});
