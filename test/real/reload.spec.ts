import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectControl } from '../../src/control/index.js';
import { type ChildSpec, supervise } from '../../src/index.js';
import { reload } from '../../src/control/server/reload.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { freePort } from '../freePort.js';
import { ask } from './ask.js';
import { fixture, folder, runs } from './bench.js';
import { load } from './load.js';

const supervisors: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map(async (supervisor) => supervisor[Symbol.asyncDispose]()));
});

/** Servers on one port, all listening. */
async function serving(over: Partial<ChildSpec> = {}, instances = 2) {
  const port = await freePort();
  const broken = join(folder(), 'broken');
  const web = {
    name: 'web',
    script: fixture('httpServer.mjs'),
    args: [String(port), broken],
    exec: 'cluster',
    ...over,
  } as const;
  const supervisor = supervise(Array<ChildSpec>(instances).fill(web), { signals: false });
  supervisors.push(supervisor);
  await firstValueFrom(supervisor.status$.pipe(filter((all) => all.every(({ state }) => state === 'online'))));
  return { port, broken, supervisor, pids: () => supervisor.describe('web').map(({ status }) => status.pid) };
}

describe("exec: 'cluster'", () => {
  it('shares a port, and a reload fails no request', async () => {
    const { port, supervisor, pids } = await serving();
    const before = pids();
    const ids = supervisor.describe('web').map(({ status }) => status.id);
    const clients = load(port);
    const received = await reload(supervisor, 'web');
    const { answers, errors } = await clients.end();
    expect(errors).toEqual([]);
    expect(supervisor.describe('web').map(({ status }) => status.id)).toEqual(ids);
    expect(received.map(({ state, refused }) => [state, refused])).toEqual([
      ['online', undefined],
      ['online', undefined],
    ]);
    expect(answers).toBeGreaterThan(0);
    expect(pids()).toHaveLength(2);
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
    await ask(port);
  });

  it.each([1, 2])(
    'restarted, %i of them, requests wait, and none fails',
    async (instances) => {
      const { port, supervisor } = await serving({}, instances);
      const clients = load(port);
      for (let round = 1; round <= 3; round += 1) {
        const before = clients.answers();
        await vi.waitFor(() => expect(clients.answers()).toBeGreaterThan(before), 10_000);
        const restarted = await supervisor.restart('web');
        expect(restarted.map(({ state, restarts }) => [state, restarts])).toEqual(
          Array(instances).fill(['online', round]),
        );
      }
      expect((await clients.end()).errors).toEqual([]);
      await supervisor.stop('web');
      await expect(ask(port)).rejects.toThrow('ECONNREFUSED');
    },
    30_000,
  );

  it('a new one that fails leaves the old ones serving', async () => {
    const { port, broken, supervisor, pids } = await serving();
    const before = pids();
    writeFileSync(broken, '');
    expect((await reload(supervisor, 'web')).map(({ refused }) => refused)).toEqual([
      'this one goes on; the new one: it did not come up. The last run ended: exit code 1.',
      'not reloaded: the reload of an instance before it failed',
    ]);
    rmSync(broken);
    expect(pids()).toEqual(before);
    await ask(port);
  });

  it('of one instance does not change the order of the list', async () => {
    const { supervisor } = await serving({}, 3);
    const ids = (): unknown[] => supervisor.describe('web').map(({ status }) => status.id);
    const before = ids();
    const both = firstValueFrom(supervisor.status$.pipe(filter(({ length }) => length > before.length)));
    await reload(supervisor, Number(before[0]));
    expect((await both).map(({ id }) => id)).toEqual([before[0], ...before]);
    expect(ids()).toEqual(before);
  });

  it.each([0, 1])('the one at %i that is deleted meanwhile stays so', async (deleted) => {
    const { port, supervisor, pids } = await serving();
    const before = supervisor.describe('web').map(({ status }) => status.id);
    const started = firstValueFrom(supervisor.event$.pipe(filter(({ type }) => type === 'spawned')));
    const reloaded = reload(supervisor, 'web');
    await started;
    await supervisor.remove(before[deleted]!);
    expect((await reloaded).map(({ state, refused }) => [state, refused])).toEqual([['online', undefined]]);
    expect(pids()).toHaveLength(1);
    await ask(port);
  });

  it('does not say of one that is stopped meanwhile that it goes on', async () => {
    const { supervisor } = await serving({}, 1);
    const started = firstValueFrom(supervisor.event$.pipe(filter(({ type }) => type === 'spawned')));
    const reloaded = reload(supervisor, 'web');
    await started;
    await supervisor.stop('web');
    expect((await reloaded).map(({ refused }) => refused)).toEqual(['it was stopped meanwhile']);
    expect(supervisor.describe('web').map(({ status }) => status.state)).toEqual(['stopped']);
  });

  it("with ready: 'spawn', the new one of a server has to listen, too", async () => {
    const { port, broken, supervisor, pids } = await serving({ ready: 'spawn', readyTimeout: 3_000 });
    await vi.waitFor(() => expect(supervisor.describe('web').every(({ listens }) => listens)).toBe(true), 10_000);
    const before = pids();
    writeFileSync(broken, 'silent');
    expect((await reload(supervisor, 'web')).map(({ refused }) => refused)).toEqual([
      expect.stringContaining(
        'the new one: it did not come up. The last run ended: it was not ready in time',
      ) as string,
      'not reloaded: the reload of an instance before it failed',
    ]);
    expect(pids()).toEqual(before);
    rmSync(broken);
    expect((await reload(supervisor, 'web')).map(({ refused }) => refused)).toEqual([undefined, undefined]);
    await ask(port);
  });

  it('a worker that serves nobody has only to run', async () => {
    const worker = { script: fixture('cli-app.mjs'), exec: 'cluster', ready: 'spawn' } as const;
    const supervisor = supervise([worker, worker], { signals: false });
    supervisors.push(supervisor);
    const before = supervisor.describe(() => true).map(({ status }) => status.pid);
    const received = await reload(supervisor, () => true, { parallel: 2 });
    expect(received.map(({ state, refused }) => [state, refused])).toEqual([
      ['online', undefined],
      ['online', undefined],
    ]);
    expect(received.filter(({ pid }) => before.includes(pid))).toEqual([]);
  });

  it('when the manager is killed, no instance is left, and the port is free', async () => {
    const port = await freePort();
    const web = { name: 'web', script: fixture('httpServer.mjs'), args: [String(port)], exec: 'cluster' };
    const specs = ['0', '1'].map((number) => ({ ...web, env: { RXVISOR_INSTANCE: number } }));
    const path = join(folder(), 'a.sock');
    const manager = start(process.execPath, [fixture('control-manager.mjs'), path, JSON.stringify(specs)]);
    await manager.says(/^listening$/m);
    using control = await connectControl(path);
    await firstValueFrom(control.status$.pipe(filter((all) => all.every(({ state }) => state === 'online'))));
    const pids = (await control.list()).map(({ pid }) => pid!);
    expect(await ask(port)).toMatch(/^[01] /);
    manager.process.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.filter(runs)).toEqual([]), 10_000);
    await expect(ask(port)).rejects.toThrow('ECONNREFUSED');
    await manager.ended;
    await expectNothingLeft();
  }, 30_000);

  it('is refused for what Node does not run', () => {
    expect(() => supervise([{ command: 'sleep', args: ['60'], exec: 'cluster' }], { signals: false })).toThrow(
      "command: Node does not run 'sleep', so it cannot share a port.",
    );
  });
});
