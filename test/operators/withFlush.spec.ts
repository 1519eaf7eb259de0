import { map, NEVER, reduce } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { withFlush } from '../../src/operators/batchTime.js';
import { virtually } from './virtually.js';

const join = withFlush<string, string>((source$) => source$.pipe(reduce((all, each) => all + each)));

describe('withFlush', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one', '-a-|', '---(a|)'],
    ['many', '-a-b|', '----(x|)'],
    ['an error', '--#', '--#'],
    ['an error after values', '-a-b#', '----(x#)'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source);
      expectObservable(source$.pipe(join)).toBe(expected, { a: 'a', x: 'ab' });
      const end = source.search(/[|#]/);
      expectSubscriptions(source$.subscriptions).toBe(end === -1 ? '^' : `^${'-'.repeat(end - 1)}!`);
    });
  });

  it('passes an early unsubscription on', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a-b');
      expectObservable(source$.pipe(join), '--!').toBe('-');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('passes an error of the projected pipeline on at once, and takes its source back', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a-b');
      const failure = new Error('project');
      const fails = withFlush<string, string>(
        map(() => {
          throw failure;
        }),
      );
      expectObservable(source$.pipe(fails)).toBe('-#', {}, failure);
      expectSubscriptions(source$.subscriptions).toBe('^!');
    });
  });

  it('passes an error on even if it is no more than null or 0', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('-a#', {}, null).pipe(join)).toBe('--(a#)', {}, null);
      expectObservable(cold('-a#', {}, 0).pipe(join)).toBe('--(a#)', {}, 0);
    });
  });

  it('keeps the error from a pipeline that never ends', () => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold('-a#').pipe(withFlush(() => NEVER))).toBe('-');
    });
  });

  it('has an error for the subscription that it came in', () => {
    virtually(({ cold, hot, expectObservable }) => {
      const words$ = hot('-a-#');
      expectObservable(words$.pipe(join)).toBe('---(a#)');
      expectObservable(cold('-b|').pipe(join)).toBe('--(b|)');
    });
  });

  it('errs when the project throws', () => {
    virtually(({ cold, expectObservable }) => {
      const failure = new Error('project');
      const result$ = cold('-a').pipe(
        withFlush<string, string>(() => {
          throw failure;
        }),
      );
      expectObservable(result$).toBe('#', {}, failure);
      expect(failure.message).toBe('project');
    });
  });
});
