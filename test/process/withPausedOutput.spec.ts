import { BehaviorSubject, NEVER, of } from 'rxjs';
import { expect, it } from 'vitest';
import { byteCredit, managed$, supervise } from '../../src/index.js';
import { fakeWorld } from '../fakeEffects.js';
import { fakeTimers } from '../fakeTimers.js';

const pass = fakeTimers();

it('a child is not read while the reader of its output is behind, and is run again all the same', async () => {
  const { effects, children } = fakeWorld();
  const flow = byteCredit({ high: 10, low: 5 });
  const running = managed$({ command: 'a', restartAt: [100] }, NEVER, { effects, flow }).subscribe();
  await pass(10);
  expect(children[0]?.paused()).toBe(false);
  flow.take(20);
  expect(children[0]?.paused()).toBe(true);
  children[0]?.exit(1);
  await pass(1);
  expect(children[0]?.paused()).toBe(false);
  await pass(200);
  expect([children.length, children[1]?.paused()]).toEqual([2, true]);
  flow.give(20);
  expect(children[1]?.paused()).toBe(false);
  running.unsubscribe();
  await pass(1_000);
});

it('children with a log of their own are read whatever becomes of the console', async () => {
  const { effects, children } = fakeWorld();
  const full$ = new BehaviorSubject(true);
  const flow = { ...byteCredit(), full$ };
  const supervisor = supervise([{ command: 'a' }, { command: 'b', log: 'b.log' }], { effects, flow });
  await pass(10);
  expect(children.map((child) => child.paused())).toEqual([true, false]);
  void supervisor.stopAll();
  await pass(1_000);
  expect(children.map((child) => child.alive())).toEqual([false, false]);
  void supervisor[Symbol.asyncDispose]();
  await pass(1_000);
});

it('is as before where nothing is ever full', async () => {
  const { effects, children } = fakeWorld();
  const running = managed$({ command: 'a' }, NEVER, {
    effects,
    flow: { ...byteCredit(), full$: of(false) },
  }).subscribe();
  await pass(10);
  expect(children[0]?.paused()).toBe(false);
  running.unsubscribe();
  await pass(1_000);
});
