import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findControls } from '../../../src/control/index.js';
import { findManagers } from '../../../src/control/client/findManagers.js';
import { fakeWorld } from '../../fakeEffects.js';
import { folder, rig } from '../rig.js';
import { leaveSocket } from '../leaveSocket.js';

/** A place of the test's own. */
function home(): string {
  const path = folder();
  vi.stubEnv('RXVISOR_HOME', path);
  onTestFinished(() => void vi.unstubAllEnvs());
  mkdirSync(join(path, 'run'));
  return join(path, 'run');
}

describe('managers', () => {
  it('each listen on a socket of their own, where clients find it', async () => {
    const run = home();
    const [a, b] = [await rig([{ name: 'a', command: 'a' }], fakeWorld(), {}), await rig([], fakeWorld(), {})];
    expect([a.path, b.path].map(dirname)).toEqual([run, run]);
    expect(readdirSync(run).toSorted()).toEqual([`${process.pid}-2.sock`, `${process.pid}.sock`]);
    const controls = await findControls();
    onTestFinished(() => {
      for (const control of controls) control.close();
    });
    const lists = await Promise.all(controls.map(async ({ list }) => list()));
    expect(lists.map(({ length }) => length).toSorted()).toEqual([0, 1]);
    a.serving.unsubscribe();
    await vi.waitFor(() => expect(readdirSync(run)).toEqual([`${process.pid}-2.sock`]));
  });

  it('that are dead are removed; one that does not answer is reported, and delays no other', async () => {
    const run = home();
    leaveSocket(join(run, '4711.sock'));
    const mute = createServer((socket) => socket.on('error', () => undefined)).listen(join(run, 'mute.sock'));
    onTestFinished(() => void mute.close());
    await once(mute, 'listening');
    await rig([], fakeWorld(), {});
    const { managers, failures } = await findManagers({ timeout: 200 });
    for (const { close } of managers) close();
    expect(managers.map(({ manager }) => manager.pid)).toEqual([process.pid]);
    expect(failures.map(({ message }) => message)).toEqual([`${join(run, 'mute.sock')}: no answer within 200 ms.`]);
    expect(existsSync(join(run, '4711.sock'))).toBe(false);
  });

  it.each<[string, (home: string) => void, RegExp]>([
    ['a folder of sockets that others can write to', (home) => chmodSync(join(home, 'run'), 0o777), /run: other users/],
    ['a folder of the state that others can write to', (home) => chmodSync(home, 0o777), /: other users can write/],
    [
      'a link in the place of the sockets',
      (home) => {
        renameSync(join(home, 'run'), join(home, 'real'));
        symlinkSync(join(home, 'real'), join(home, 'run'));
      },
      /run: is a symbolic link/,
    ],
    ['a folder of another user', () => vi.spyOn(process, 'getuid').mockReturnValue(4_711), /: belongs to user \d+/],
  ])('are not asked in %s', async (_what, spoil, message) => {
    const run = home();
    let clients = 0;
    const server = createServer((socket) => {
      clients += 1;
      socket.destroy();
    }).listen(join(run, 'daemon.sock'));
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    spoil(dirname(run));
    onTestFinished(() => void vi.restoreAllMocks());
    const mode = statSync(dirname(run)).mode;
    await expect(findManagers()).rejects.toThrow(message);
    await expect(findControls()).rejects.toThrow(message);
    expect(clients).toBe(0);
    expect(statSync(dirname(run)).mode).toBe(mode);
  });

  it('may be asked for by name', async () => {
    home();
    await rig([], fakeWorld(), {});
    expect(await findManagers({ only: (name) => name === 'daemon' })).toEqual({ managers: [], failures: [] });
    const { managers } = await findManagers({ only: (name) => name === String(process.pid) });
    expect(managers).toHaveLength(1);
    for (const { close } of managers) close();
  });

  it('are none where none has ever been', async () => {
    vi.stubEnv('RXVISOR_HOME', join(folder(), 'none'));
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await findControls()).toEqual([]);
  });

  it('of another user’s folder are an error of who listens there', async () => {
    home();
    vi.spyOn(process, 'getuid').mockReturnValue(4_711);
    onTestFinished(() => void vi.restoreAllMocks());
    const { listenDiscoverable$ } = await import('../../../src/control/server/listen$.js');
    const refused = new Promise((_resolve, reject) => listenDiscoverable$().subscribe({ error: reject }));
    await expect(refused).rejects.toThrow(/belongs to user \d+/);
  });
});
