import { describe, expect, it } from 'vitest';
import { planProbe } from '../../../src/model/spec/probe.js';
import { planTriggers } from '../../../src/model/spec/plan.js';

const resolve = (path: string): string => (path === '.' ? '/app' : `/app/${path}`);
const watch = { on: true, cwd: '/app', paths: ['/app'], ignore: [], debounce: 200 };

describe('planTriggers', () => {
  it.each([
    [undefined, { ...watch, on: false }],
    [false, { ...watch, on: false }],
    [true, watch],
    [['src', 'lib'], { ...watch, paths: ['/app/src', '/app/lib'] }],
    [{}, watch],
    [
      { paths: ['src'], ignore: ['a'], debounce: 0 },
      { ...watch, paths: ['/app/src'], ignore: ['a'], debounce: 0 },
    ],
  ])('watch: %j', (given, planned) => {
    expect(planTriggers({ watch: given }, resolve).watch).toEqual(planned);
  });

  it('cron and maxRss, in short and in full', () => {
    expect(planTriggers({}, resolve)).toMatchObject({ cron: undefined, maxRss: undefined });
    expect(planTriggers({ cron: '@daily', maxRss: 5 }, resolve)).toMatchObject({
      cron: { expression: '@daily', timezone: undefined },
      maxRss: { bytes: 5, every: 5_000 },
    });
    expect(
      planTriggers({ cron: { expression: '@daily', timezone: 'UTC' }, maxRss: { bytes: 5, every: 9 } }, resolve),
    ).toMatchObject({ cron: { expression: '@daily', timezone: 'UTC' }, maxRss: { bytes: 5, every: 9 } });
    expect(planTriggers({ maxRss: { bytes: 5 } }, resolve).maxRss).toEqual({ bytes: 5, every: 5_000 });
  });
});

describe('planProbe', () => {
  it('fills in the defaults', () => {
    expect(planProbe({ http: 'http://a' }, 7)).toEqual({
      http: 'http://a',
      every: 7,
      timeout: 1_000,
      failures: 3,
    });
    expect(planProbe({ tcp: 80, every: 1, timeout: 2, failures: 4 }, 7)).toEqual({
      tcp: 80,
      every: 1,
      timeout: 2,
      failures: 4,
    });
    expect(planProbe({ exec: ['a'] }, 7)).toMatchObject({ exec: ['a'], every: 7 });
  });
});
