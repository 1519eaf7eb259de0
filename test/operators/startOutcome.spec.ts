import fc from 'fast-check';
import { concat, from, map, mergeMap, of, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { ChildEvent } from '../../src/index.js';
import { startOutcome } from '../../src/operators/startOutcome.js';
import { exited, output, spawned, spawnFailed, stopping } from './events.js';
import { virtually } from './virtually.js';

const events = {
  s: spawned,
  f: spawnFailed,
  r: { type: 'ready', attempt: 1 },
  o: output('a\n', 'stderr'),
  x: exited(3),
  e: exited('SIGTERM', true),
  z: exited(0),
  b: { type: 'backingOff', delay: 5, crashes: 1, attempt: 1 },
  g: { type: 'gaveUp', reason: 'never', attempt: 1 },
  d: { type: 'gaveUp', reason: 'dependency', dependencies: ['api', 'db'], attempt: 0 },
  p: stopping('stop'),
  q: stopping('restart'),
  t: stopping('readyTimeout'),
  l: { type: 'logFailed', path: '/a', code: 'EIO', message: 'no', dropped: 1, attempt: 1 },
} satisfies Record<string, ChildEvent>;

/** What comes of it, and when: `5 up`, `3 it did not come up. …`. */
function outcomes(source: string, settle: number): string[] {
  return virtually(({ cold, clock, now }) => {
    const seen: string[] = [];
    cold<ChildEvent>(source, events)
      .pipe(startOutcome(settle, clock))
      .subscribe({
        next: ({ refused }) => seen.push(`${now()} ${refused ?? 'up'}`),
        error: (error: unknown) => seen.push(String(error)),
        complete: () => seen.push(`${now()} complete`),
      });
    return seen;
  });
}

const failed = (at: number, end: string): string[] => [`${at} it did not come up.${end}`, `${at} complete`];
const code3 = ' The last run ended: exit code 3.';

describe('startOutcome', () => {
  it.each<[what: string, source: string, settle: number, expected: string[]]>([
    ['never', '-', 10, []],
    ['empty: nothing has run', '--|', 10, ['2 it was stopped meanwhile', '2 complete']],
    ['an error', '-s-#', 10, ['no']],
    ['ready, and that for as long as it has to be', '-s-r----------------', 10, ['13 up', '13 complete']],
    ['ready at once, without a wait', '-s-r----', 0, ['3 up', '3 complete']],
    ['output does not prolong the wait', '-s-ro-o-o-l-o-o-o--', 10, ['13 up', '13 complete']],
    ['a crash within it', '-s-r--o-(xb)-', 10, failed(8, `${code3} On its stderr: a`)],
    ['a crash at exactly that time comes first', '-sr----(xb)', 5, failed(7, code3)],
    ['a crash after it', '-sr-----x', 5, ['7 up', '7 complete']],
    ['never ready', '-s------t-(eb)', 5, failed(10, ' The last run ended: it was not ready in time (SIGTERM).')],
    ['it cannot be started', '-(fb)', 5, failed(1, ' The last run ended: no such file.')],
    ['given up: once its log is complete', '-sr(xg)--|', 5, failed(9, code3)],
    ['a wait without an end', '--d|', 5, ['2 it waits for api, which will never be ready', '2 complete']],
    ['a job that is done', '-sr-z--|', 50, ['7 up', '7 complete']],
    ['a job with an exit code after which it is not run again', '-sr-x--|', 50, ['7 up', '7 complete']],
    ['an end before it is ready is no job done', '-s--z--|', 50, failed(7, ' The last run ended: exit code 0.')],
    [
      'an end before it is ready, with the next run to come',
      '-s--(zb)',
      50,
      failed(4, ' The last run ended: exit code 0.'),
    ],
    ['stopped meanwhile', '-sr-p--e-|', 50, ['9 it was stopped meanwhile', '9 complete']],
    ['stopped before it is ready', '-s--p--e-|', 50, ['9 it was stopped meanwhile', '9 complete']],
    ['restarted meanwhile: the next run counts', '-sr-q-e-sr-----', 4, ['13 up', '13 complete']],
    ['restarted meanwhile, and that fails', '-sr-q-e-s-(xb)', 4, failed(10, code3)],
  ])('%s', (_what, source, settle, expected) => {
    const seen = outcomes(source, settle).map((line) => (line === 'error' ? 'no' : line));
    expect(seen).toEqual(expected);
  });

  it('unsubscribed early: leaves no timer', () => {
    virtually(({ cold, clock, expectSubscriptions }) => {
      const source$ = cold<ChildEvent>('-sr---', events);
      const subscription = source$.pipe(startOutcome(100, clock)).subscribe();
      timer(5).subscribe(() => {
        subscription.unsubscribe();
        expect(clock.armed()).toBe(0);
      });
      expectSubscriptions(source$.subscriptions).toBe('^----!');
    });
  });

  it('whatever happens in whatever order: one answer, and up only when it has been ready for all of the time', () => {
    const kinds = fc.constantFrom(...(['s', 'f', 'r', 'o', 'x', 'e', 'z', 'b', 'g', 'p', 'q', 't', 'l'] as const));
    const step = fc.record({ after: fc.integer({ min: 1, max: 12 }), kind: kinds });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat({ max: 10 }), (steps, settle) => {
        let at = 0;
        const timed = steps.map(({ after, kind }) => ({ at: (at += after), kind }));
        virtually(({ clock, now }) => {
          const answers: { at: number; up: boolean }[] = [];
          concat(
            from(timed).pipe(mergeMap((one) => timer(one.at, clock).pipe(map(() => events[one.kind])))),
            timer(settle + 20, clock).pipe(mergeMap(() => of())),
          )
            .pipe(startOutcome(settle, clock))
            .subscribe(({ refused }) => answers.push({ at: now(), up: refused === undefined }));
          timer(1_000, clock).subscribe(() => {
            expect(answers).toHaveLength(1);
            const [answer] = answers;
            let since: number | undefined;
            for (const { at, kind } of timed.filter((one) => one.at <= answer!.at)) {
              if (kind === 'r') since ??= at;
              else if (kind !== 'o' && kind !== 'l') since = undefined;
            }
            const ready = since !== undefined && answer!.at - since >= settle;
            // Or its events have ended: it is a job that is done.
            if (answer!.up && !ready) expect(answer!.at).toBe(at + settle + 20);
          });
        });
      }),
    );
  });
});
