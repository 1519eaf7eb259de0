import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, stripAnsi } from '../../src/index.js';
import { exited, output, spawned } from './events.js';
import { virtually } from './virtually.js';

const values = { s: spawned, o: output('\u001B[31mred\u001B[39m\n'), p: output('plain\n'), x: exited(0) };
const stripped = { ...values, o: output('red\n') };

describe('stripAnsi', () => {
  it.each([
    ['never', '-'],
    ['empty', '--|'],
    ['one', '-o-|'],
    ['many, other events as they are', '-s-o-p-o-x|'],
    ['an error', '-o-#'],
  ])('%s', (_name, source) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>(source, values).pipe(stripAnsi())).toBe(source, stripped);
    });
  });

  it('unsubscribed early', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-o-o', values);
      expectObservable(source$.pipe(stripAnsi()), '--!').toBe('-o', stripped);
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('leaves the rest of an output event as it was, and the event itself alone', () => {
    const event = { ...output('\u001B[1mbold\u001B[22m\n', 'stderr'), name: 'api', attempt: 2, cut: 1 };
    const before = structuredClone(event);
    const seen: ChildEvent[] = [];
    from<ChildEvent[]>([event, values.s])
      .pipe(stripAnsi())
      .subscribe((each) => seen.push(each));
    expect(seen).toEqual([{ ...event, text: 'bold\n' }, values.s]);
    expect(seen[1]).toBe(values.s);
    expect(event).toEqual(before);
  });
});
