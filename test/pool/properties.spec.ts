import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { type Subscription, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { virtually } from '../operators/virtually.js';
import { fakePool } from './fakePool.js';

type Step =
  | { readonly do: 'ask'; readonly lasts: number; readonly key: string | undefined; readonly answers: number }
  | { readonly do: 'cancel' | 'abort' | 'kill' | 'busy' | 'release'; readonly which: number }
  | { readonly do: 'resize'; readonly to: number }
  | { readonly do: 'softStop' }
  | { readonly do: 'hardStop' };

const timed = fc.record({ after: fc.nat({ max: 30 }) });
const ask = fc.record({
  do: fc.constant('ask' as const),
  lasts: fc.nat({ max: 60 }),
  key: fc.constantFrom(undefined, undefined, 'a', 'b'),
  answers: fc.nat({ max: 3 }),
});
const which = fc.record({
  do: fc.constantFrom(...(['cancel', 'abort', 'kill', 'busy', 'release'] as const)),
  which: fc.nat({ max: 9 }),
});
const resize = fc.record({ do: fc.constant('resize' as const), to: fc.integer({ min: 1, max: 4 }) });
const stop = fc.record({ do: fc.constantFrom('softStop' as const, 'hardStop' as const) });
const step = fc
  .tuple(
    timed,
    fc.oneof({ weight: 32, arbitrary: ask }, { weight: 20, arbitrary: which }, { weight: 4, arbitrary: resize }, stop),
  )
  .map(([{ after }, step]) => ({ after, step: step }));
const steps = fc.tuple(fc.array(step, { maxLength: 40 }), timed, stop);
const options = fc.record({
  concurrency: fc.integer({ min: 1, max: 3 }),
  retries: fc.nat({ max: 2 }),
  timeout: fc.constantFrom(Infinity, 40),
  queue: fc.record({ max: fc.nat({ max: 5 }), onFull: fc.constantFrom('error' as const, 'wait' as const) }),
  onUnresponsive: fc.constantFrom('replace' as const, 'leave' as const),
  balance: fc.constantFrom('outstanding' as const, 'rss' as const),
});

describe('a pool, whatever is done to it', () => {
  it('settles each request once, none lost and none doubled, and leaves no timer and no listener', () => {
    fc.assert(
      fc.property(options, steps, (options, [steps, { after: last }, end]) => {
        virtually(({ clock }) => {
          const asked: { settled: number; late: number; cancelled: boolean; data: unknown[]; answers: number }[] = [];
          const subscriptions: Subscription[] = [];
          const controllers: AbortController[] = [];
          const { pool, workers } = fakePool({
            ...options,
            scheduler: clock,
            spec: { restartAt: [5], limit: { max: 1_000, within: 10 } },
            live: (worker) => {
              worker.onRequest = (id, data) => {
                const { lasts, answers } = data as { lasts: number; answers: number };
                timer(lasts).subscribe(() => {
                  if (!worker.inHand.has(id)) return;
                  for (let n = 1; n < answers; n += 1) worker.next(id, n);
                  if (answers === 0) worker.done(id);
                  else worker.answer(id, answers);
                });
              };
              worker.ready();
            },
          });
          const perform = (step: Step): void => {
            const live = workers.filter(({ child }) => child.alive());
            if (step.do === 'ask') {
              const one = { settled: 0, late: 0, cancelled: false, data: [] as unknown[], answers: step.answers };
              const settle = (): void => {
                one.settled += 1;
                if (one.cancelled) one.late += 1;
              };
              const controller = new AbortController();
              asked.push(one);
              controllers.push(controller);
              subscriptions.push(
                pool
                  .request$({ lasts: step.lasts, answers: step.answers }, { key: step.key, signal: controller.signal })
                  .subscribe({ next: ({ data }) => one.data.push(data), error: settle, complete: settle }),
              );
            } else if (step.do === 'resize') void pool.resize(step.to).catch(() => undefined);
            else if (step.do === 'softStop') void pool.softStop();
            else if (step.do === 'hardStop') void pool.hardStop();
            else if (step.do === 'cancel') {
              const at = step.which % Math.max(1, asked.length);
              if (asked[at]?.settled === 0) asked[at].cancelled = true;
              subscriptions[at]?.unsubscribe();
            } else if (step.do === 'abort') controllers[step.which % Math.max(1, asked.length)]?.abort();
            else if (live.length > 0) {
              const worker = live[step.which % live.length]!;
              if (step.do === 'kill') worker.child.exit(null, 'SIGKILL');
              if (step.do === 'release') for (const id of worker.inHand.keys()) worker.release(id);
              if (step.do === 'busy') {
                worker.busy();
                timer(20).subscribe(worker.ready);
              }
            }
          };
          let at = 5;
          for (const { after, step } of steps) {
            at += after;
            timer(at).subscribe(() => perform(step));
          }
          timer(at + last).subscribe(() => perform(end));
          timer(at + last + 20_000).subscribe(() => {
            for (const { settled, late, cancelled, data, answers } of asked) {
              expect({ late, settled }).toEqual({ late: 0, settled: cancelled ? 0 : 1 });
              expect(data).toEqual(Array.from({ length: answers }, (_, n) => n + 1).slice(0, data.length));
            }
            expect(controllers.filter(({ signal }) => getEventListeners(signal, 'abort').length > 0)).toEqual([]);
            expect(clock.armed()).toBe(0);
            expect(
              workers.every(({ inHand, child }) => inHand.size === 0 || !child.alive() || end.do === 'hardStop'),
            ).toBe(true);
          });
        });
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
