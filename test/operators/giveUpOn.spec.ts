import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type Command, giveUpOn, restartAt } from '../../src/index.js';
import { at, exited, life, lives, restart, spawned, spawnFailed } from './events.js';
import { virtually } from './virtually.js';

const values = {
  s: { ...spawned, name: 'api' },
  x: { ...exited(78), name: 'api' },
  z: exited(0),
  e: exited(1),
  y: exited('SIGSEGV'),
  q: exited(78, true),
  f: spawnFailed,
  g: { type: 'gaveUp', reason: 'permanent', name: 'api', attempt: 1 },
  h: { type: 'gaveUp', reason: 'permanent', attempt: 1 },
} as const;

describe('giveUpOn', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one', '-s-|', '-s-|'],
    ['other ends', '-s-z-s-e-|', '-s-z-s-e-|'],
    ['an error', '-s-#', '-s-#'],
    ['a code of its own', '-s-x', '-s-(xg|)'],
    ['a signal of its own', '-s-y', '-s-(yh|)'],
    ['a failed spawn of its own', '-f', '-(fh|)'],
    ['an end that was asked for', '-s-q-|', '-s-q-|'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>(source, values);
      expectObservable(source$.pipe(giveUpOn([78, 'SIGSEGV', 'ENOENT']))).toBe(expected, values);
      if (/[gh]/.test(expected)) expectSubscriptions(source$.subscriptions).toBe(`^${'-'.repeat(source.length - 2)}!`);
    });
  });

  it('unsubscribed early', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-s-x', values);
      expectObservable(source$.pipe(giveUpOn([78])), '--!').toBe('-s', values);
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('before restartAt: other crashes are followed by runs, this one by none', () => {
    const lines = virtually(({ timeline }) =>
      timeline(lives(life(5, exited(1)), life(5, exited(78)), NEVER).pipe(giveUpOn([78]), restartAt([10]))),
    );
    expect(lines.slice(-4)).toEqual(['15 spawned#2', '20 exited#2 78', '20 gaveUp#2 permanent', '20 complete']);
  });

  it('before restartAt: a restart that was asked for meanwhile is made all the same', () => {
    const command$ = new Subject<Command>();
    const lines = virtually(({ timeline }) => {
      at(2, restart).subscribe(command$);
      return timeline(lives(life(5, exited(78)), NEVER).pipe(giveUpOn([78]), restartAt([10], { command$ })), {
        until: 9,
      });
    });
    expect(lines).toEqual(['0 spawned#1', '5 exited#1 78', '5 gaveUp#1 permanent']);
  });

  it('after restartAt: ends the back-off', () => {
    virtually(({ timeline, clock }) => {
      const lines = timeline(life(5, exited(78)).pipe(restartAt([10], {}, clock), giveUpOn([78])));
      at(6, true).subscribe(() => {
        expect(lines.slice(-2)).toEqual(['5 gaveUp#1 permanent', '5 complete']);
        expect(clock.armed()).toBe(0);
      });
    });
  });
});
