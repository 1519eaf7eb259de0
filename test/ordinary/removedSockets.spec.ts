// Somebody removes the sockets of managers that live: a cleaner of /tmp, logind after the last logout, rm -rf.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { fixture, folder, runs } from '../real/bench.js';
import { main } from '../real/commands.js';

const app = fixture('cli-app.mjs');

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map(async (end) => end()));
  await expectNothingLeft();
});

interface Row {
  readonly name: string;
  readonly pid: number;
  readonly manager: { readonly pid: number; readonly name?: string };
}

function user(env: NodeJS.ProcessEnv) {
  const begin = (...args: string[]): Program => start(process.execPath, [main, ...args], env);
  const run = async (...args: string[]) => {
    const program = begin(...args);
    return { ...(await program.ended), out: program.stdout(), err: program.stderr() };
  };
  const list = async (): Promise<readonly Row[]> => JSON.parse((await run('list', '--json')).out) as readonly Row[];
  ends.push(async () => {
    const pids = new Set((await list()).map(({ manager }) => manager.pid));
    for (const pid of pids) await run('shutdown', '--manager', String(pid));
  });
  return { begin, run, list };
}

describe('the background manager', () => {
  it.each<[string, (home: string) => void]>([
    ['its socket', (home) => rmSync(join(home, 'run', 'daemon.sock'))],
    ['the folder of the sockets', (home) => rmSync(join(home, 'run'), { recursive: true })],
    ['all that it keeps', (home) => rmSync(home, { recursive: true })],
  ])(
    'is found again after somebody has removed %s',
    async (_what, remove) => {
      const home = folder();
      const { run, list } = user({ RXVISOR_HOME: home });
      await run('start', app, '--name', 'one');
      const [one] = await list();
      remove(home);
      await vi.waitFor(async () => expect(await list()).toEqual([expect.objectContaining({ pid: one!.pid })]), 15_000);
      expect(await run('start', app, '--name', 'two')).toMatchObject({ code: 0 });
      expect(new Set((await list()).map(({ manager }) => manager.pid))).toEqual(new Set([one!.manager.pid]));
      expect(runs(one!.pid)).toBe(true);
    },
    60_000,
  );

  it.runIf(process.platform === 'linux').each<[string, (run: string) => void]>([
    ['a file', (run) => writeFileSync(run, '')],
    ['a link to another folder', (run) => symlinkSync(folder(), run)],
    ['a link to itself', (run) => symlinkSync(run, run)],
    [
      'a folder that others can write to',
      (run) => {
        mkdirSync(run);
        chmodSync(run, 0o777);
      },
    ],
  ])(
    'lives, with its services, while there is %s in the place of that folder, and is found again afterwards',
    async (_what, put) => {
      const home = folder();
      const { run, list } = user({ RXVISOR_HOME: home });
      await run('start', app, '--name', 'one');
      const [one] = await list();
      const sockets = join(home, 'run');
      rmSync(sockets, { recursive: true });
      put(sockets);
      // It has noticed: it listens no longer.
      await vi.waitFor(() => expect(readFileSync('/proc/net/unix', 'utf8')).not.toContain(`${home}/`), 15_000);
      expect(await run('list')).not.toMatchObject({ code: 0, err: '' });
      rmSync(sockets, { recursive: true });
      await vi.waitFor(async () => expect(await list()).toEqual([expect.objectContaining({ pid: one!.pid })]), 15_000);
    },
    60_000,
  );

  it('is not launched again while its socket is missing', async () => {
    const home = folder();
    const { run, list } = user({ RXVISOR_HOME: home });
    await run('start', app, '--name', 'one');
    const [one] = await list();
    rmSync(join(home, 'run'), { recursive: true });
    // At once: it has had no time to notice.
    const started = await Promise.all(['two', 'three'].map(async (name) => run('start', app, '--name', name)));
    expect(started.map(({ code }) => code)).toEqual([0, 0]);
    const rows = await list();
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['one', 'three', 'two']);
    expect(new Set(rows.map(({ manager }) => manager.pid))).toEqual(new Set([one!.manager.pid]));
    expect(await run('daemon')).toMatchObject({ code: 0, err: 'rxvisor: a background manager already runs.\n' });
  }, 60_000);

  it('is found in the folder of the state after the last logout, and after the next login', async () => {
    const [state, home, runtime] = [folder(), folder(), join(folder(), 'runtime')];
    mkdirSync(runtime, { mode: 0o700 });
    const { run, list } = user({
      RXVISOR_HOME: '',
      HOME: home,
      XDG_STATE_HOME: state,
      XDG_RUNTIME_DIR: runtime,
    });
    await run('start', app, '--name', 'one');
    const [one] = await list();
    expect(existsSync(join(runtime, 'rxvisor', 'daemon.sock'))).toBe(true);
    rmSync(runtime, { recursive: true });
    await vi.waitFor(async () => expect(await list()).toEqual([expect.objectContaining({ pid: one!.pid })]), 15_000);
    mkdirSync(runtime, { mode: 0o700 });
    expect(await list()).toMatchObject([{ pid: one!.pid }]);
    await run('start', app, '--name', 'two');
    expect(new Set((await list()).map(({ manager }) => manager.pid))).toEqual(new Set([one!.manager.pid]));
  }, 60_000);
});

describe('another manager', () => {
  it('in the foreground is found again', async () => {
    const home = folder();
    const { begin, list } = user({ RXVISOR_HOME: home });
    const own = begin('run', app);
    await own.says(/here/);
    rmSync(join(home, 'run'), { recursive: true });
    await vi.waitFor(async () => expect(await list()).toMatchObject([{ manager: { pid: own.process.pid } }]), 15_000);
    own.process.kill('SIGTERM');
    await own.ended;
    expect(existsSync(join(home, 'run', `${own.process.pid!}.sock`))).toBe(false);
  }, 60_000);

  it('that is an app with a path of its own listens there again', async () => {
    const at = folder();
    const path = join(at, 'app.sock');
    const server = start(process.execPath, [fixture('control-manager.mjs'), path]);
    ends.push(async () => {
      server.process.kill('SIGTERM');
      await server.ended;
    });
    await server.says(/^listening$/m);
    rmSync(path);
    await server.says(/^listening\nlistening$/m);
    expect(existsSync(path)).toBe(true);
    // What is no socket is somebody's, and stays.
    rmSync(path);
    writeFileSync(path, 'mine');
    await vi.waitFor(() => expect(existsSync(path)).toBe(true));
  }, 60_000);
});
