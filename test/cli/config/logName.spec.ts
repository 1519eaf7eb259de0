import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logName } from '../../../src/cli/config/logName.js';
import type { ChildSpec } from '../../../src/index.js';
import { isRotated } from '../../../src/model/spec/logPlan.js';
import { withInstance } from '../../../src/model/spec/instance.js';

const named = (name: string, more: Partial<ChildSpec> = {}): string => logName({ name, command: 'x', ...more });
/** What a file system that ignores case and normalization takes for the same. */
const folded = (name: string): string => name.normalize('NFKD').toLowerCase();

/** Names that people and programs give, and those that collide most easily. */
const name$ = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'A', '/', '_', '.', '-', '0', '1', '~', ' ', 'é', 'e\u0301', '\u0000'),
    minLength: 1,
  }),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom(
    '..',
    '.',
    'a/b',
    'a_b',
    'daemon',
    'Daemon',
    '日本',
    '中国',
    'web-1',
    'web',
    'x'.repeat(300),
    '日'.repeat(300),
  ),
);
const spec$ = fc.record({
  name: name$,
  namespace: fc.option(name$, { nil: undefined }),
  instance: fc.option(fc.nat({ max: 12 }), { nil: undefined }),
});

describe('logName', () => {
  it('keeps a plain name, with the number of the instance', () => {
    expect([named('web'), logName(withInstance({ name: 'web' }, 0)), named('api.v2_x')]).toEqual([
      'web.log',
      'web-0.log',
      'api.v2_x.log',
    ]);
    expect(named('a/b')).toMatch(/^a_b~[0-9a-f]{12}\.log$/);
    expect(named('daemon')).toMatch(/^daemon~/);
    expect(named('..')).toMatch(/^_\.~/);
  });

  it('two services never have one file', () => {
    fc.assert(
      fc.property(spec$, spec$, (one, other) => {
        const [a, b] = [one, other].map(({ name, namespace, instance }) => {
          const spec = { name, command: 'x', ...(namespace !== undefined && { namespace }) };
          return logName(instance === undefined ? spec : withInstance(spec, instance));
        });
        fc.pre(JSON.stringify(one) !== JSON.stringify(other));
        expect(folded(a!)).not.toBe(folded(b!));
        expect(isRotated(a!, b!)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is always one file in its folder, short enough for a rotated one, and never the manager’s own', () => {
    fc.assert(
      fc.property(spec$, ({ name, namespace }) => {
        const file = named(name, namespace === undefined ? {} : { namespace });
        expect(file).not.toMatch(/[/\\\0]/);
        expect(['.', '..', 'daemon.log']).not.toContain(file);
        expect(Buffer.byteLength(file)).toBeLessThanOrEqual(200);
      }),
    );
  });

  it('distinguishes services without a name by their path', () => {
    const one = logName({ name: 'server', script: '/one/server.js' });
    expect(one).toMatch(/^server~[0-9a-f]{12}\.log$/);
    expect(logName({ name: 'server', script: '/two/server.js' })).not.toBe(one);
    expect(logName({ name: 'server', script: 'server.js', cwd: '/one' })).toBe(one);
    expect(logName({ name: 'web', script: '/one/server.js' })).toBe('web.log');
  });
});
