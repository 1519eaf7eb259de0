import { EMPTY, map, merge, NEVER, of } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { pinnedTable$ } from '../../../src/cli/manager/pinnedTable$.js';

const run = (test: (helpers: RunHelpers) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

/** Erases `rows` lines above the cursor. */
const up = (rows: number): string => `\r\u001B[${rows}A\u001B[J`;
const options = {
  state$: of('T'),
  draw: (state: string) => [state],
  columns: () => 80,
  busy: () => false,
  resized$: NEVER,
  suspended$: NEVER,
  suspend: () => undefined,
};
const frames = { t: 'T\n', u: `${up(1)}T\n`, a: `${up(1)}one\nT\n`, b: `${up(1)}one\ntwo\nT\n` };
const text = { 1: 'one\n', 2: 'two\n' };

describe('pinnedTable$', () => {
  it('never: draws the table at once, then every second, and leaves no timer behind', () => {
    run(({ cold, expectObservable, expectSubscriptions }) => {
      const text$ = cold('-');
      expectObservable(pinnedTable$(text$, options), '2500ms !').toBe('t 999ms u 999ms u', frames);
      expectSubscriptions(text$.subscriptions).toBe('^ 2499ms !');
    });
  });

  it('does not draw the table for a terminal that is stopped, but passes text on', () => {
    run(({ cold, expectObservable }) => {
      const busy = (): boolean => true;
      const text$ = cold('2s 1 -', text);
      expectObservable(pinnedTable$(text$, { ...options, busy }), '4s !').toBe('t 2199ms a', frames);
    });
  });

  it('empty: draws the table, and a last time', () => {
    run(({ expectObservable }) => {
      expectObservable(pinnedTable$(EMPTY, options)).toBe('(tu|)', frames);
    });
  });

  it('one text: prints it above the table, a frame later', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(pinnedTable$(cold('-1', text), options), '500ms !').toBe('t 200ms a', frames);
    });
  });

  it('many texts: gathers those of one frame into one write', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(pinnedTable$(cold('-12', text), options), '500ms !').toBe('t 200ms b', frames);
    });
  });

  it('completion: prints what waits, then the table as it is at last', () => {
    run(({ cold, expectObservable }) => {
      const state$ = merge(of('S'), cold('---T'));
      const result$ = pinnedTable$(cold('-1--|', text), { ...options, state$ });
      expectObservable(result$).toBe('s---(au|)', { ...frames, s: 'S\n' });
    });
  });

  it('an error: prints what waits, then passes it on', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(pinnedTable$(cold('-1--#', text), options)).toBe('t---(a#)', frames);
    });
  });

  it('an error of the drawing is passed on', () => {
    run(({ expectObservable }) => {
      const draw = () => {
        throw new Error('broken');
      };
      expectObservable(pinnedTable$(NEVER, { ...options, draw })).toBe('#', {}, new Error('broken'));
    });
  });

  it('a flood: does not wait for the frame to be over', () => {
    run(({ cold, expectObservable }) => {
      const flood = 'x'.repeat(65_536);
      expectObservable(pinnedTable$(cold('-f', { f: flood }), options), '500ms !').toBe('tf', {
        ...frames,
        f: `${up(1)}${flood}T\n`,
      });
    });
  });

  it('a new size: draws at once, over the lines that a narrower terminal has wrapped', () => {
    run(({ cold, hot, expectObservable }) => {
      let columns = 80;
      const resized$ = hot('--r').pipe(map(() => (columns = 10)));
      const draw = () => ['x'.repeat(30), '', '\u001B[31mred\u001B[39m'];
      const table = `${'x'.repeat(30)}\n\n\u001B[31mred\u001B[39m\n`;
      const result$ = pinnedTable$(cold('-'), { ...options, draw, resized$, columns: () => columns });
      expectObservable(result$, '500ms !').toBe('t-r', { t: table, r: `${up(5)}${table}` });
    });
  });

  it('Ctrl-Z: lets others write, and afterwards draws below what they have written', () => {
    run(({ cold, hot, expectObservable }) => {
      const calls: string[] = [];
      const suspend = () => void calls.push('suspended');
      const result$ = pinnedTable$(cold('-'), { ...options, suspended$: hot('--z'), suspend });
      expectObservable(result$, '500ms !').toBe('t-t', frames);
      expectObservable(of(calls)).toBe('(c|)', { c: ['suspended'] });
    });
  });
});
