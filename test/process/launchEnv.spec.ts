import { describe, expect, it } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { launchEnv } from '../../src/process/launchEnv.js';
import { resolveSpec } from '../../src/process/resolveSpec.js';
import { fakeWorld } from '../fakeEffects.js';

const plan = resolveSpec({ script: 'a.js', env: { MINE: '1' } });

function env(host: { readonly electron: boolean; readonly inherited?: string }, node: boolean): NodeJS.ProcessEnv {
  const { effects } = fakeWorld();
  const versions = host.electron ? { ...process.versions, electron: '43.0.0' } : process.versions;
  const inherited = host.inherited === undefined ? {} : { ELECTRON_RUN_AS_NODE: host.inherited };
  const world = { ...effects, process: { ...effects.process, versions, env: inherited } };
  return launchEnv(plan, { cookie: 'RXVISOR_ab=3', node }, world);
}

describe('launchEnv', () => {
  it('makes Node of Electron for its own executable, and for nobody else', () => {
    expect(env({ electron: true }, true)).toMatchObject({ ELECTRON_RUN_AS_NODE: '1' });
    expect(env({ electron: true, inherited: '1' }, false)).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
  });

  it('does not meddle where there is no Electron', () => {
    expect(env({ electron: false }, true)).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
    expect(env({ electron: false, inherited: '1' }, false)).toMatchObject({ ELECTRON_RUN_AS_NODE: '1' });
  });

  it('hands on the cookie by its name', () => {
    expect(env({ electron: false }, true)).toMatchObject({ RXVISOR_ab: '3', MINE: '1' });
  });

  describe('of marks', () => {
    const own = { RXVISOR_aaaaaaaaaaaaaaaa: '1' };
    const foreign = { RXVISOR_bbbbbbbbbbbbbbbb: '2' };
    const launched = (spec: Partial<ChildSpec>, inherited: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
      const { effects } = fakeWorld();
      const world = { ...effects, process: { ...effects.process, pid: 7, env: inherited } };
      return launchEnv(resolveSpec({ script: 'a.js', ...spec }), { cookie: 'RXVISOR_ab=3', node: true }, world);
    };
    const marks = { RXVISOR_ab: '3', RXVISOR_MANAGER_PID: '7', RXVISOR_GRACE: '200' };

    it('inherits the cookies of its manager, which it belongs to, in any case', () => {
      expect(launched({}, { ...own, A: '1' })).toEqual({ ...own, A: '1', ...marks });
      expect(launched({ extendEnv: false }, { ...own, A: '1' })).toEqual({ ...own, ...marks });
    });

    it('drops cookies that somebody else has brought with the spec', () => {
      expect(launched({ env: { ...foreign, B: '1' } }, own)).toEqual({ ...own, B: '1', ...marks });
      expect(launched({ env: { ...own, B: '1' }, extendEnv: false }, own)).toEqual({ ...own, B: '1', ...marks });
    });

    it('inherits an object instead of the environment of the manager, without the cookies in it', () => {
      const extendEnv = { ...foreign, A: '1', B: '1', C: '1' };
      expect(launched({ extendEnv, env: { B: '2', C: undefined } }, { ...own, HOME: '/root' })).toEqual({
        ...own,
        A: '1',
        B: '2',
        ...marks,
      });
    });

    it('drops what was for its manager only', () => {
      const inherited = { RXVISOR_WIRE: '4 9', RXVISOR_WORKER: '2', RXVISOR_SESSION: '{}', RXVISOR_GRACE: '5' };
      expect(launched({}, inherited)).toEqual(marks);
      expect(launched({ env: { RXVISOR_WORKER: '3' } }, inherited)).toEqual({ ...marks, RXVISOR_WORKER: '3' });
    });
  });
});
