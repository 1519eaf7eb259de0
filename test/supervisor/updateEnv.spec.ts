import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ChildSpec, supervise, type Supervisor } from '../../src/index.js';
import { type FakeWorld, fakeWorld } from '../fakeEffects.js';

async function running(spec: ChildSpec): Promise<{ supervisor: Supervisor; world: FakeWorld; a: () => unknown[] }> {
  const world = fakeWorld();
  const supervisor = supervise([{ name: 'web', command: 'web', restartAt: [1], ...spec }], {
    effects: world.effects,
    signals: false,
  });
  onTestFinished(async () => supervisor[Symbol.asyncDispose]());
  await firstValueFrom(supervisor.status$.pipe(filter(([status]) => status?.state === 'online')));
  return { supervisor, world, a: () => world.children.map(({ launch }) => launch.env.A) };
}

describe('restart with extendEnv', () => {
  it.each([true, undefined, { A: '1', B: '1' }])('replaces extendEnv: %j, for all later runs', async (extendEnv) => {
    const { supervisor, world, a } = await running({ extendEnv, env: { C: 'env' } });
    await supervisor.restart('web', { extendEnv: { A: '2', C: '2' } });
    expect(supervisor.describe('web')).toMatchObject([
      { status: { id: 1, attempt: 2 }, spec: { extendEnv: { A: '2', C: '2' }, env: { C: 'env' } } },
    ]);
    const crashed = firstValueFrom(
      supervisor.event$.pipe(filter(({ type, attempt }) => type === 'ready' && attempt === 3)),
    );
    world.children.at(-1)?.exit(1);
    await crashed;
    await supervisor.stop('web');
    await supervisor.restart('web');
    expect(a().slice(1)).toEqual(['2', '2', '2']);
    expect(world.children.at(-1)?.launch.env).toMatchObject({ C: 'env' });
    expect(world.children.at(-1)?.launch.env).not.toHaveProperty('B');
  });

  it('starts a stopped child with the new environment', async () => {
    const { supervisor, a } = await running({ extendEnv: { A: '1' } });
    await supervisor.stop('web');
    await supervisor.restart('web', { extendEnv: { A: '2' } });
    expect(a()).toEqual(['1', '2']);
  });

  it('leaves a child with extendEnv: false without an inherited environment', async () => {
    const { supervisor, a } = await running({ extendEnv: false });
    await supervisor.restart('web', { extendEnv: { A: '2' } });
    expect(a()).toEqual([undefined, undefined]);
    expect(supervisor.describe('web')).toMatchObject([{ spec: { extendEnv: false } }]);
  });

  it('refuses what is no environment, before any effect', async () => {
    const { supervisor, world } = await running({});
    for (const extendEnv of [{ A: 1 }, { 'A=B': '' }, { A: undefined }, true, null]) {
      await expect(supervisor.restart('web', { extendEnv: extendEnv as never })).rejects.toMatchObject({
        code: 'ERR_OPTION',
        message: expect.stringMatching(/^extendEnv: /) as string,
      });
    }
    expect(world.children).toHaveLength(1);
  });
});
