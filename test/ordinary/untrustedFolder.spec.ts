// A folder of the state that another user can control.
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { start } from '../fixtures/cli-harness.js';
import { fixture, folder } from '../real/bench.js';
import { commands, main } from '../real/commands.js';

it.each<[string, (home: string) => void, RegExp]>([
  ['others can write to it', (home) => chmodSync(home, 0o777), /other users can write to it \(mode 777\)/],
  ['others can write to where its sockets are', (home) => chmodSync(join(home, 'run'), 0o772), /run: other users/],
  [
    'it is a symbolic link',
    (home) => {
      renameSync(home, `${home}-real`);
      symlinkSync(`${home}-real`, home);
    },
    /is a symbolic link/,
  ],
])(
  'no command sends anything, makes anything or changes a mode when %s',
  async (_what, spoil, message) => {
    const { home, run } = commands();
    const sockets = join(home, 'run');
    mkdirSync(sockets, { mode: 0o700 });
    let clients = 0;
    const impostor = createServer((socket) => {
      clients += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => void impostor.listen(join(sockets, 'daemon.sock'), resolve));
    spoil(home);
    const modes = (): number[] => [home, sockets].map((path) => statSync(path).mode);
    const before = modes();
    for (const args of [['start', fixture('cli-app.mjs')], ['list'], ['list', '--json'], ['resurrect'], ['daemon']]) {
      const { code, err, out } = await run(...args);
      expect([args, code, out]).toEqual([args, expect.toSatisfy((it) => it !== 0), '']);
      expect(err).toMatch(message);
    }
    await new Promise((resolve) => impostor.close(resolve));
    expect(clients).toBe(0);
    expect(modes()).toEqual(before);
    expect(readdirSync(home)).toEqual(['run']);
    rmSync(`${home}-real`, { recursive: true, force: true });
  },
  60_000,
);

it('a folder behind a link to nowhere is reported, not tried for ever', async () => {
  const root = folder();
  symlinkSync(join(root, 'nowhere'), join(root, 'link'));
  const { ended, stderr } = start(process.execPath, [main, 'start', fixture('cli-app.mjs')], {
    RXVISOR_HOME: join(root, 'link', 'home'),
  });
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(stderr()).toMatch(/link\/home: cannot make this folder\. Set RXVISOR_HOME to a folder of your own\./);
}, 20_000);
