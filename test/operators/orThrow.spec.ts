import { describe, it } from 'vitest';
import type { ChildEvent } from '../../src/model/childEvent.js';
import { RxvisorError } from '../../src/model/errors.js';
import { orThrow } from '../../src/operators/orThrow.js';
import { exited, spawned } from './events.js';
import { virtually } from './virtually.js';

const values = {
  s: spawned,
  x: exited(1),
  g: { type: 'gaveUp', reason: 'never', attempt: 1 },
  l: { type: 'gaveUp', reason: 'limit', attempt: 7, name: 'api' },
} as const;
const never = new RxvisorError('ERR_GAVE_UP', 'child: given up after run 1: its schedule says never to restart.');
const limit = new RxvisorError('ERR_GAVE_UP', 'api: given up after run 7: it hit its limit of restarts.');

describe('orThrow', () => {
  it.each([
    ['never', '-', '-', undefined],
    ['empty', '--|', '--|', undefined],
    ['one', '-s-|', '-s-|', undefined],
    ['many: a crash is none', '-s-x-s-x|', '-s-x-s-x|', undefined],
    ['an error of the source', '-s-#', '-s-#', 'error'],
    ['gaveUp, which is seen first', '-s-(xg)', '-s-(xg#)', never],
    ['gaveUp for its limit', '-s-l|', '-s-(l#)', limit],
  ])('%s', (_name, source, expected, error) => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>(source, values);
      expectObservable(source$.pipe(orThrow())).toBe(expected, values, error);
      if (error instanceof RxvisorError) {
        const end = source.search(/[(l]/);
        expectSubscriptions(source$.subscriptions).toBe(`^${'-'.repeat(end - 1)}!`);
      }
    });
  });

  it('unsubscribed early', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-s-x-g', values);
      expectObservable(source$.pipe(orThrow()), '----!').toBe('-s-x', values);
      expectSubscriptions(source$.subscriptions).toBe('^---!');
    });
  });
});
