import { asyncScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { effectsByService } from '../../src/ports/sharePorts.js';
import { fakeChild } from '../../src/testing/index.js';

const nothing = (): undefined => undefined;
const web = { name: 'web', script: 'server.js', exec: 'cluster' } as const;

describe('effectsByService', () => {
  it('the instances of a service share, others do not', () => {
    const effectsFor = effectsByService(fakeChild(['s']), asyncScheduler);
    const turn = (spec: Parameters<typeof effectsFor>[0]) => effectsFor(spec, nothing).effects.queued$;
    expect(turn(web)).toBe(turn(web));
    expect(turn(web)).not.toBe(turn({ ...web, name: 'api' }));
  });

  it('forgets what instances share with the last of them', () => {
    const effectsFor = effectsByService(fakeChild(['s']), asyncScheduler);
    const [a, b] = [effectsFor(web, nothing), effectsFor(web, nothing)];
    a.forget();
    const c = effectsFor(web, nothing);
    expect(c.effects.queued$).toBe(b.effects.queued$);
    b.forget();
    c.forget();
    expect(effectsFor(web, nothing).effects.queued$).not.toBe(a.effects.queued$);
  });
});
