import { EMPTY, ignoreElements, merge, NEVER, of, take, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../../src/index.js';
import { inOrder } from '../../../src/operators/groups/inOrder.js';
import type { GroupPart, PartNotice } from '../../../src/operators/groups/member.js';
import { spawned } from '../events.js';
import { virtually } from '../virtually.js';

const values: Record<string, PartNotice> = {
  e: { type: 'event', event: spawned },
  r: { type: 'ready' },
  f: { type: 'failed', reason: 'never', origin: { attempt: 1 } },
};

describe('inOrder', () => {
  it.each([
    ['never', '-', '-e', '-'],
    ['empty parts', '-|', '--|', '---|'],
    ['the second after the first is ready, which the whole is with it', '-r--e----|', '-r-e-|', '--r-(ee)-|'],
    ['the second after the first is done', '-e-|', '-r|', '-e--r|'],
    ['an error of the first', '-e-#', '-', '-e-#'],
    ['an error of the second', '-r--e', '-e#', '--e#'],
    ['a failure of the first before the second: that is not started', '-e(f|)', '-', '-e(f|)'],
  ])('%s', (_name, head, tail, expected) => {
    virtually(({ cold, expectObservable }) => {
      const life$ = inOrder(
        () => cold(head, values),
        () => cold(tail, values),
      );
      expectObservable(life$(NEVER)).toBe(expected, values);
    });
  });

  it('passes on an error of its commands', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const head$ = cold('-e--', values);
      expectObservable(
        inOrder(
          () => head$,
          () => EMPTY,
        )(cold<Command>('--#')),
      ).toBe('-e#', values);
      expectSubscriptions(head$.subscriptions).toBe('^-!');
    });
  });

  it('unsubscribed early, takes back both parts and the commands', () => {
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const parts = [cold('-r--', values), cold('-e--', values)] as const;
      const command$ = hot<Command>('-');
      expectObservable(
        inOrder(
          () => parts[0],
          () => parts[1],
        )(command$),
        '---!',
      ).toBe('--e', values);
      expectSubscriptions(parts[0].subscriptions).toBe('^--!');
      expectSubscriptions(parts[1].subscriptions).toBe('-^-!');
      expectSubscriptions(command$.subscriptions).toBe('^--!');
    });
  });

  it('stops the first when the second fails while the first is being subscribed to', () => {
    const received: string[] = [];
    const seen: string[] = [];
    const head$: GroupPart = (command$) =>
      merge(
        of(values.r!),
        command$.pipe(
          take(1),
          tap(({ type }) => received.push(type)),
          ignoreElements(),
        ),
      );
    inOrder(head$, () => of(values.f!))(NEVER).subscribe({
      next: ({ type }) => seen.push(type),
      complete: () => seen.push('complete'),
    });
    expect(received).toEqual(['stop']);
    expect(seen).toEqual(['failed', 'complete']);
  });
});
