import { describe, expect, it } from 'vitest';
import { launchEnv } from '../../src/sources/launchEnv.js';
import { resolveSpec } from '../../src/sources/resolveSpec.js';
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
});
