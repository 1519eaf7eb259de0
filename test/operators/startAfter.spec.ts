import { EMPTY, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type Command, startAfter } from '../../src/index.js';
import { exited, reset, spawned, stop } from './events.js';
import { virtually } from './virtually.js';

const values = {
  s: spawned,
  z: exited(0),
  g: { type: 'gaveUp', reason: 'dependency', attempt: 0 },
  h: { type: 'gaveUp', reason: 'dependency', name: 'app', attempt: 0 },
  p: { type: 'stopping', reason: 'stop', attempt: 0 },
} as const;
const commands = { S: stop, Z: reset };

describe('startAfter', () => {
  it.each([
    ['a child that says nothing', '--r', '-', '---'],
    ['an empty child', '--r', '-|', '---|'],
    ['one event', '--r', 's|', '--s|'],
    ['many, and only the first value counts', '--r-r-r', 's-s-z|', '--s-s-z|'],
    ['an error of the child', '--r', 's-#', '--s-#'],
    ['ready$ that never is', '-', 's|', '-'],
    ['ready$ that completes without a value', '--|', 's|', '--(g|)'],
    ['ready$ that fails', '--#', 's|', '--#'],
    ['ready$ that fails later', '--r#', 's--z|', '--s--z|'],
    ['ready$ that is ready at once', '(r|)', 's-z|', 's-z|'],
  ])('%s', (_name, ready, child, expected) => {
    virtually(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const ready$ = cold(ready);
      const child$ = cold<ChildEvent>(child, values);
      expectObservable(child$.pipe(startAfter(ready$))).toBe(expected, values);
      expectSubscriptions(ready$.subscriptions).toBe(ready === '-' ? '^' : ready.startsWith('(') ? '(^!)' : '^-!');
      flush();
      expect(child$.subscriptions).toHaveLength(ready.includes('r') ? 1 : 0);
    });
  });

  it('names the child that was not started', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>('s', values).pipe(startAfter(EMPTY, { name: 'app' }))).toBe('(h|)', values);
    });
  });

  it('unsubscribed while waiting: nothing is started; later: the child is', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const ready$ = cold('--r');
      const child$ = cold<ChildEvent>('s', values);
      expectObservable(child$.pipe(startAfter(ready$)), '-!').toBe('-', values);
      expectObservable(child$.pipe(startAfter(ready$)), '----!').toBe('--s', values);
      expectSubscriptions(ready$.subscriptions).toBe(['^!', '^-!']);
      expectSubscriptions(child$.subscriptions).toBe(['--^-!']);
    });
  });

  it.each([
    ['while waiting', '-S', '-(p|)'],
    ['at the very moment', '--S', '--(p|)'],
    ['later, which is for the child', '---S', '--s-z|'],
    ['another command', '-Z', '--s-z|'],
    ['commands that fail', '-#', '--s-z|'],
    ['commands that complete', '-|', '--s-z|'],
  ])('a stop, or what is none: %s', (_name, received, expected) => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const command$ = hot<Command>(received, commands);
      const ready$ = cold('--r');
      const child$ = cold<ChildEvent>('s-z|', values);
      expectObservable(child$.pipe(startAfter(ready$, { command$ }))).toBe(expected, values);
      expectSubscriptions(child$.subscriptions).toBe(expected.includes('s') ? '--^--!' : []);
    });
  });

  it('a stop at once is before a readiness at once', () => {
    const events: ChildEvent[] = [];
    of<ChildEvent>(spawned)
      .pipe(startAfter(of(1), { command$: of(stop), name: 'app' }))
      .subscribe((event) => events.push(event));
    expect(events).toEqual([{ type: 'stopping', reason: 'stop', name: 'app', attempt: 0 }]);
  });
});
