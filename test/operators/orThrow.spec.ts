import { defer, from } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { type ChildEvent, ExitError, orThrow } from '../../src/index.js';
import { exited, output, spawned, spawnFailed, stopping } from './events.js';
import { virtually } from './virtually.js';

const values = {
  s: spawned,
  x: exited(1),
  g: { type: 'gaveUp', reason: 'never', attempt: 1 },
  l: { type: 'gaveUp', reason: 'limit', attempt: 7, name: 'api' },
} as const;
const ended = { exit: { code: 1, signal: null }, stderr: [], cause: undefined };
const unknown = { exit: undefined, stderr: [], cause: undefined };
const never = new ExitError(
  'ERR_GAVE_UP',
  'child: given up after run 1: its schedule allows no restart. The last run ended: exit code 1.',
  ended,
);
const limit = new ExitError('ERR_GAVE_UP', 'api: given up after run 7: restart limit reached.', unknown);

/** The error for these events. */
function failure(...events: readonly ChildEvent[]): unknown {
  const error = vi.fn();
  from(events).pipe(orThrow()).subscribe({ error });
  return error.mock.lastCall?.[0];
}

const gaveUp = { ...values.g };

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
      if (error instanceof ExitError) {
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

  describe('the error says why', () => {
    it('a signal, and the last lines of stderr', () => {
      const lines = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join('');
      expect(
        failure(
          spawned,
          output(lines, 'stderr'),
          output('to stdout\n'),
          output('out of memory\n', 'stderr'),
          exited('SIGABRT'),
          gaveUp,
        ),
      ).toMatchObject({
        code: 'ERR_GAVE_UP',
        message:
          'child: given up after run 1: its schedule allows no restart. The last run ended: SIGABRT. On its stderr: out of memory',
        exit: { code: null, signal: 'SIGABRT' },
        stderr: [...lines.split('\n').slice(-20, -1), 'out of memory'],
      });
    });

    it('the error that Node printed, not what follows it', () => {
      const lines = "throw new Error('x');\n\nError: no database\n    at file:///app.js:1:7\n\nNode.js v24.0.0\n";
      expect(failure(spawned, output(lines, 'stderr'), exited(1), gaveUp)).toMatchObject({
        message: expect.stringMatching(/ended: exit code 1\. On its stderr: Error: no database$/) as string,
      });
    });

    it('a run that could not be started', () => {
      expect(failure(spawned, output('of the run before\n', 'stderr'), exited(1), spawnFailed, gaveUp)).toMatchObject({
        message: 'child: given up after run 1: its schedule allows no restart. The last run ended: no such file.',
        exit: undefined,
        stderr: [],
        cause: { message: 'no such file', code: 'ENOENT' },
      });
    });

    it('a reason that is a sentence already ends with one full stop', () => {
      expect(failure({ ...spawnFailed, message: "'x' is not in PATH. Install it." }, gaveUp)).toMatchObject({
        message: expect.stringMatching(/ The last run ended: 'x' is not in PATH\. Install it\.$/) as string,
      });
    });

    it.each([
      [stopping('readyTimeout'), 'it was not ready in time'],
      [{ ...stopping('channel'), message: 'unreadable: [' }, 'unreadable: ['],
    ])('a run that was ended', (why, message) => {
      expect(failure(spawned, why, exited('SIGTERM', true), gaveUp)).toMatchObject({
        message: `child: given up after run 1: its schedule allows no restart. The last run ended: ${message} (SIGTERM).`,
        exit: { code: null, signal: 'SIGTERM' },
        cause: { message },
      });
    });

    it('a stop that was asked for is no cause', () => {
      const error = failure(spawned, stopping('restart'), exited(4, true), gaveUp);
      expect(error).toMatchObject({ exit: { code: 4 } });
      expect(error).not.toHaveProperty('cause');
    });

    it('of the child that was given up, not of its neighbours', () => {
      const of = (id: number, event: ChildEvent): ChildEvent => Object.assign({ id }, event);
      expect(
        failure(
          of(1, spawned),
          of(2, spawned),
          of(1, output('mine\n', 'stderr')),
          of(2, output('theirs\n', 'stderr')),
          of(1, exited(3)),
          of(2, exited(4)),
          of(1, { type: 'logFailed', path: 'x', code: 'EIO', message: 'x', dropped: 1, attempt: 1 }),
          of(1, gaveUp),
        ),
      ).toMatchObject({ exit: { code: 3 }, stderr: ['mine'] });
      expect(failure({ ...exited(3), name: 'a' }, { ...exited(4), name: 'b' }, { ...gaveUp, name: 'a' })).toMatchObject(
        {
          exit: { code: 3 },
        },
      );
    });

    it('keeps the ends of 100 children', () => {
      const ends = Array.from({ length: 101 }, (_, i) => ({ ...exited(3), name: `child ${i}` }));
      expect(failure(...ends, { ...gaveUp, name: 'child 1' })).toMatchObject({ exit: { code: 3 } });
      expect(failure(...ends, { ...gaveUp, name: 'child 0' })).toMatchObject({ exit: undefined });
    });

    it('a subscription knows nothing of the one before', () => {
      const subscriptions: ChildEvent[][] = [[exited(3), gaveUp], [gaveUp]];
      const event$ = defer(() => from(subscriptions.shift() ?? [])).pipe(orThrow());
      const errors: unknown[] = [];
      for (const _ of [1, 2]) event$.subscribe({ error: (error: unknown) => errors.push(error) });
      expect(errors).toMatchObject([{ exit: { code: 3 } }, { exit: undefined }]);
    });
  });
});
