import { describe, it } from 'vitest';
import { inTurns } from '../../src/operators/inTurns.js';
import { virtually } from './virtually.js';

describe('inTurns', () => {
  it('each job is subscribed to when those before it have ended', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const inTurn = inTurns();
      const [a, b, c] = [cold('--a--|'), cold('-b-|'), cold('c-#')];
      expectObservable(inTurn(a)).toBe('--a--|');
      expectObservable(inTurn(b)).toBe('------b-|');
      expectObservable(inTurn(c)).toBe('--------c-#');
      expectSubscriptions(a.subscriptions).toBe('^----!');
      expectSubscriptions(b.subscriptions).toBe('-----^--!');
      expectSubscriptions(c.subscriptions).toBe('--------^-!');
    });
  });

  it('one that is given up is no longer waited for, nor done', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const inTurn = inTurns();
      const [a, b, c] = [cold('-----'), cold('-b-|'), cold('-c|')];
      expectObservable(inTurn(a), '^---!').toBe('-----');
      expectObservable(inTurn(b), '^-!').toBe('---');
      expectObservable(inTurn(c)).toBe('-----c|');
      expectSubscriptions(a.subscriptions).toBe('^---!');
      expectSubscriptions(b.subscriptions).toBe('');
      expectSubscriptions(c.subscriptions).toBe('----^-!');
    });
  });

  it('a job that ends at once holds nobody', () => {
    virtually(({ cold, expectObservable }) => {
      const inTurn = inTurns();
      for (const text of ['(a|)', '|', '(b|)']) expectObservable(inTurn(cold(text))).toBe(text);
    });
  });
});
