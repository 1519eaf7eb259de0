import { from, of, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import type { ChildEvent } from '../../src/index.js';
import { crashes, type CrashReport } from '../../src/session/index.js';
import { exited, output, spawned, spawnFailed, stopping } from '../operators/events.js';
import { virtually } from '../operators/virtually.js';

const { set: realSet, delete: realDelete } = Map.prototype;
const lastWords = (error: unknown): ChildEvent => ({
  type: 'message',
  message: { rxvisor: 'crash', error },
  attempt: 1,
});
const boom = { name: 'TypeError', message: 'boom', stack: 'TypeError: boom\n    at x' };
const values = {
  s: spawned,
  o: output('to stdout\n'),
  e: output('one\ntwo\n', 'stderr'),
  m: lastWords(boom),
  n: { type: 'message', message: { of: 'its own' }, attempt: 1 },
  x: exited(3),
  y: exited('SIGKILL'),
  z: exited(0),
  q: exited('SIGTERM', true),
  f: spawnFailed,
  u: stopping('liveness'),
  l: stopping('readyTimeout'),
  p: stopping('stop'),
} as const;

/** `3 exit: exit code 3 [one two]` */
function digests(marbles: string): string[] {
  return virtually(({ cold, clock }) => {
    const seen: string[] = [];
    cold<ChildEvent>(marbles, values)
      .pipe(crashes(clock))
      .subscribe({
        next: ({ time, cause, error, stderr }) =>
          seen.push(`${time} ${cause}: ${error.message}${stderr.length > 0 ? ` [${stderr.join(' ')}]` : ''}`),
        error: (error: unknown) => seen.push(`${clock.now()} ${String(error)}`),
        complete: () => seen.push(`${clock.now()} complete`),
      });
    return seen;
  });
}

describe('crashes', () => {
  it.each([
    ['never', '-', []],
    ['empty', '--|', ['2 complete']],
    ['a clean end', 's-z|', ['3 complete']],
    ['a stop', 's-p-q|', ['5 complete']],
    ['an exit without a word', 's-x|', ['2 exit: exit code 3', '3 complete']],
    ['the last lines of its stderr', 'soex|', ['3 exit: exit code 3 [one two]', '4 complete']],
    ['a signal', 's-y|', ['2 signal: ended by SIGKILL', '3 complete']],
    ['one that could not be started', '-f|', ['1 spawn: no such file', '2 complete']],
    ['its own words, when it says them and once', 's-nm-m-x|', ['3 error: boom', '8 complete']],
    [
      'of those that did not answer, whatever their code',
      's-u-z|',
      ['4 unresponsive: it no longer answered', '5 complete'],
    ],
    ['of those that were not ready in time', 's-l-y|', ['4 unready: it was not ready in time', '5 complete']],
    ['each run by itself', 'semx-s-x|', ['2 error: boom [one two]', '7 exit: exit code 3', '8 complete']],
    ['an error', 's-#', ['2 error']],
  ])('%s', (_name, marbles, expected) => {
    expect(digests(marbles)).toEqual(expected);
  });

  it('unsubscribed early: leaves the source alone', () => {
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('s---x', values);
      expectObservable(source$.pipe(crashes()), '--!').toBe('---');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('distinguishes children by their ids, and says whose it was', () => {
    const seen: CrashReport[] = [];
    const of2 = (event: ChildEvent, id: number, name: string) => ({ ...event, id, name });
    of(
      of2(spawned, 1, 'a'),
      of2(spawned, 2, 'b'),
      of2(values.e, 1, 'a'),
      of2(values.m, 2, 'b'),
      of2(exited(1), 1, 'a'),
      of2(exited(1), 2, 'b'),
    )
      .pipe(crashes())
      .subscribe((report) => seen.push(report));
    expect(seen).toMatchObject([
      { id: 2, name: 'b', cause: 'error', error: boom, stderr: [] },
      { id: 1, name: 'a', cause: 'exit', stderr: ['one', 'two'] },
    ]);
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  it('quotes 20 lines of 500 characters at most', () => {
    const seen: CrashReport[] = [];
    const lines = Array.from({ length: 50 }, (_, n) => `${n} ${'x'.repeat(1_000)}\n`);
    of(spawned, output(lines.slice(0, 45).join(''), 'stderr'), output(lines.slice(45).join(''), 'stderr'), exited(1))
      .pipe(crashes())
      .subscribe((report) => seen.push(report));
    expect(seen[0]?.stderr.map((line) => `${parseInt(line)} ${line.length}`)).toEqual(
      Array.from({ length: 20 }, (_, n) => `${n + 30} 500`),
    );
  });

  it('keeps nothing of children that have come and gone, however their last run is followed', () => {
    const kept = new Set<unknown>();
    const set = vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, key, value) {
      kept.add(key);
      return realSet.call(this, key, value);
    });
    const forget = vi.spyOn(Map.prototype, 'delete').mockImplementation(function (this: Map<unknown, unknown>, key) {
      kept.delete(key);
      return realDelete.call(this, key);
    });
    const backingOff: ChildEvent = { type: 'backingOff', delay: 100, crashes: 1, attempt: 1 };
    const gaveUp: ChildEvent = { type: 'gaveUp', reason: 'limit', attempt: 1 };
    const run = [spawned, values.e, values.m, exited(1), backingOff, stopping('stop'), gaveUp];
    const seen: CrashReport[] = [];
    from(Array.from({ length: 100 }, (_, id) => run.map((event) => ({ ...event, id }))).flat())
      .pipe(crashes())
      .subscribe((report) => seen.push(report));
    set.mockRestore();
    forget.mockRestore();
    expect(seen).toHaveLength(100);
    expect([...kept].filter((key) => typeof key === 'number')).toEqual([]);
  });

  it('takes last words that are none for an error all the same', () => {
    const seen: CrashReport[] = [];
    of(spawned, lastWords(undefined), { ...values.n, message: { rxvisor: 'crash' } }, exited(1))
      .pipe(crashes())
      .subscribe((report) => seen.push(report));
    expect(seen.map(({ error }) => error.message)).toEqual(['The other side reported an error that cannot be read.']);
    throwError(() => new Error('source'))
      .pipe(crashes())
      .subscribe({ error: (error: unknown) => expect(String(error)).toBe('Error: source') });
  });
});
