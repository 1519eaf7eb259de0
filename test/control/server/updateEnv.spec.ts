import { createServer } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { connectControl } from '../../../src/control/index.js';
import { savedList } from '../../../src/control/saved/savedList.js';
import { savedServices } from '../../../src/control/saved/savedServices.js';
import type { FakeWorld } from '../../fakeEffects.js';
import { folder, frame, rig } from '../rig.js';

const envs = ({ children }: FakeWorld): unknown[] => children.map(({ launch }) => launch.env.A);

it.each(['restart', 'reload'] as const)(
  '%s replaces the inherited environment, and describe shows it',
  async (method) => {
    const spec = { name: 'web', command: 'web', settle: 0, extendEnv: { A: '1' } };
    const { connect, world } = await rig([spec, { ...spec, name: 'other' }]);
    const control = await connect();
    expect(await control[method]('web', { extendEnv: { A: '2', MY_TOKEN: 'hunter2' } })).toMatchObject([
      { id: 1, state: 'online', restarts: 1 },
    ]);
    expect(await control[method]('web')).toMatchObject([{ id: 1, state: 'online', restarts: 2 }]);
    expect(envs(world)).toEqual(['1', '1', '2', '2']);
    expect(await control.describe('web', { env: true })).toMatchObject([{ env: { A: '2', MY_TOKEN: '********' } }]);
    expect(JSON.stringify(await control.describe('web'))).not.toContain('hunter2');
    expect(await control.describe('other', { env: true })).toMatchObject([{ env: { A: '1' } }]);
  },
);

it('a reload gives the new environment to the child that replaces one, and duplicates have it too', async () => {
  const { connect, world } = await rig([{ name: 'web', script: 'a.mjs', exec: 'cluster', ready: 'spawn', settle: 0 }]);
  const control = await connect();
  expect(await control.reload('web', { extendEnv: { A: '2' } })).toMatchObject([{ id: 1, state: 'online' }]);
  await control.duplicate('web');
  expect(envs(world).slice(1)).toEqual(['2', '2']);
});

it('a saved list has the new environment, or none with saveEnv: false', async () => {
  const path = join(folder(), 'saved.json');
  const spec = { command: 'web', settle: 0, extendEnv: { A: '1' }, env: { B: '1' } };
  const { supervisor } = await rig([
    { ...spec, name: 'saves' },
    { ...spec, name: 'leaves out', saveEnv: false },
    { ...spec, name: 'inherits nothing', saveEnv: false, extendEnv: false },
  ]);
  await supervisor.restart(() => true, { extendEnv: { A: '2' } });
  savedServices(supervisor, path).save();
  const specs = savedList(path)
    .read()
    .children.map(({ spec }) => [spec.extendEnv, spec.env]);
  expect(specs).toEqual([
    [{ A: '2' }, { B: '1' }],
    [undefined, { B: '1' }],
    [false, { B: '1' }],
  ]);
  expect(savedServices(supervisor, path).resurrect()).toMatchObject({ started: [], kept: 3, problems: [] });
});

it('a client says of a manager that cannot replace an environment that it is old, and shows no value', async () => {
  const path = join(folder(), 'old.sock');
  const hello = { pid: 1, version: '0.1.0', protocol: 1, startedAt: 0 };
  const message = "extendEnv: unknown field, with value { A: 'hunter2' }. Remove it.";
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.once('data', () =>
        socket.write(frame({ jsonrpc: '2.0', id: 2, error: { code: -32_000, message, data: { code: 'ERR_OPTION' } } })),
      );
      socket.write(frame({ jsonrpc: '2.0', id: 1, result: hello }));
    });
  }).listen(path);
  onTestFinished(() => void server.close());
  const control = await connectControl(path);
  onTestFinished(control.close);
  const error: unknown = await control.restart('a', { extendEnv: { A: 'hunter2' } }).catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: 'ERR_CONTROL',
    message: expect.stringMatching(/^restart: .* older rxvisor\. Restart it\./) as string,
  });
  expect(inspect(error, { showHidden: true })).not.toContain('hunter2');
});
