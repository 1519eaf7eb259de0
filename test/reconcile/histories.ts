import fc from 'fast-check';
import type { History, Plan, Step } from './history.js';

const index = fc.nat(1_000);

const plan: fc.Arbitrary<Plan> = fc.record({
  instances: fc.integer({ min: 0, max: 3 }),
  exec: fc.constantFrom('fork', 'cluster'),
  dependsOn: fc.array(
    fc.record({
      on: index,
      condition: fc.constantFrom('ready', 'ready', 'started', 'completed', 'completedSuccessfully'),
      restart: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('happen'),
      run: index,
      happening: fc.constantFrom(
        'ready',
        'ready',
        'ready',
        'gone',
        'gone',
        'spawn',
        'retry',
        'retry',
        'unready',
        'crash',
        'end',
        'stopByHand',
        'fail',
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('reload', 'reload', 'restart', 'add', 'delete', 'stop', 'start'),
      service: index,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('scale'), service: index, instances: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('recycle', 'recycle', 'deleteOne'), service: index, instance: index }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stale') }) },
);

/** Random configs of up to 12 services, mostly of few, and what happens to them. */
export const histories: fc.Arbitrary<History> = fc
  .record({
    plans: fc.oneof(
      { weight: 4, arbitrary: fc.array(plan, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: fc.array(plan, { minLength: 5, maxLength: 12 }) },
    ),
    limits: fc.record({
      maxUnavailable: fc.nat(2),
      surge: fc.nat(2),
      parallel: fc.constantFrom(1, 2, Infinity, Infinity),
    }),
    steps: fc.array(step, { maxLength: 60, size: 'max' }),
    stopAll: fc.boolean(),
  })
  .map(({ stopAll, steps, ...rest }) => ({
    ...rest,
    steps: stopAll && steps.length % 4 === 0 ? [...steps, { type: 'stopAll' } as const] : steps,
  }));
