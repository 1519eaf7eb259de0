import { of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { jobQueue } from '../../src/ports/sharePorts.js';
import { virtually } from '../operators/virtually.js';

describe('jobQueue', () => {
  it('each job is subscribed to when those before it have ended', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const inTurn = jobQueue();
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
      const inTurn = jobQueue();
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
      const inTurn = jobQueue();
      for (const text of ['(a|)', '|', '(b|)']) expectObservable(inTurn(cold(text))).toBe(text);
    });
  });

  it('thousands of jobs that end at once are all done, in order, also those asked for meanwhile', () => {
    const inTurn = jobQueue();
    const first$ = new Subject<number>();
    const done: number[] = [];
    inTurn(first$).subscribe();
    for (let n = 0; n < 50_000; n += 1) inTurn(of(n)).subscribe((job) => done.push(job));
    const ask = (): void => void inTurn(of(-1)).subscribe((job) => done.push(job));
    inTurn(of(0)).subscribe(ask);
    first$.complete();
    expect(done).toEqual([...Array(50_000).keys(), -1]);
  });
});
