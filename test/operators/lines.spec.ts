import fc from 'fast-check';
import { of, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildEvent, type Line, lines } from '../../src/index.js';
import { exited, output, spawned } from './events.js';
import { virtually } from './virtually.js';

function linesOf(text: string): string[] {
  const seen: string[] = [];
  of(output(text))
    .pipe(lines())
    .subscribe(({ line }) => seen.push(line));
  return seen;
}

describe('lines', () => {
  const line = (text: string): Line => ({ attempt: 1, stream: 'stdout', line: text });
  const values = { s: spawned, o: output('a\n'), m: output('a\nb\n'), x: exited(0) };
  const result = { a: line('a'), b: line('b') };

  it.each([
    ['never', '-', '-'],
    ['empty', '--|', '--|'],
    ['one', '-o-|', '-a-|'],
    ['many, and other events', '-s-m---o--(x|)', '---(ab)a--|'],
    ['an error', '-o-#', '-a-#'],
  ])('%s', (_name, source, expected) => {
    virtually(({ cold, expectObservable }) => {
      expectObservable(cold<ChildEvent>(source, values).pipe(lines())).toBe(expected, result);
    });
  });

  it('unsubscribed early, also between the lines of a block', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-o-o-', values);
      expectObservable(source$.pipe(lines()), '--!').toBe('-a', result);
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
    const seen: Line[] = [];
    of(output('a\nb\n'), output('c\n'))
      .pipe(lines(), take(1))
      .subscribe((line) => seen.push(line));
    expect(seen).toEqual([line('a')]);
  });

  it.each([
    ['\n', ['']],
    ['\n\n', ['', '']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['\r\n', ['']],
    ['a\rb\n', ['a\rb']],
    ['a\r\r\n', ['a\r']],
    ['50%\r100%\r\n', ['50%\r100%']],
    ['a', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\u2028b\vc\fd\u0085e\n', ['a\u2028b\vc\fd\u0085e']],
  ])('%j', (text, expected) => {
    expect(linesOf(text)).toEqual(expected);
  });

  it('says whose line it is', () => {
    const seen: Line[] = [];
    of({ ...output('oops\n', 'stderr'), name: 'api', attempt: 3, cut: 1 })
      .pipe(lines())
      .subscribe((line) => seen.push(line));
    expect(seen).toEqual([{ name: 'api', attempt: 3, stream: 'stderr', line: 'oops' }]);
  });

  it('loses nothing: the lines, each ended by its \\n, are the block', () => {
    const text = fc.array(fc.string({ unit: fc.constantFrom('a', '\r', ' ', 'é', '\u001b') }), { minLength: 1 });
    fc.assert(
      fc.property(text, (parts) => {
        const block = parts.map((part) => `${part}\n`).join('');
        expect(linesOf(block)).toEqual(parts.map((part) => part.replace(/\r$/, '')));
      }),
    );
  });
});
