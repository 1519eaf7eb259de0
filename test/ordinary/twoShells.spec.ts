// Two shells with different environments, and one background manager.
import { chmodSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

const PRINTS_ENV = `console.log(JSON.stringify({ env: process.env, cwd: process.cwd() })); setInterval(() => undefined, 1_000);`;
const homes: string[] = [];

/** A user; `rx` is a command in a shell with these variables, in this folder. */
function user() {
  const home = folder();
  homes.push(home);
  const rx = async (env: NodeJS.ProcessEnv, cwd: string, ...args: string[]): Promise<Program> => {
    const program = start(process.execPath, [main, ...args], { RXVISOR_HOME: home, ...env }, cwd);
    expect([args, (await program.ended).code, program.stderr()]).toEqual([args, 0, '']);
    return program;
  };
  const reported = async (name: string): Promise<{ env: NodeJS.ProcessEnv; cwd: string }> =>
    vi.waitFor(async () => {
      const lines = (await rx({}, home, 'logs', name, '-n', '1')).stdout();
      return JSON.parse(lines.slice(lines.indexOf('{'))) as { env: NodeJS.ProcessEnv; cwd: string };
    }, 15_000);
  const daemon = async (): Promise<number> => {
    const [{ pid }] = JSON.parse((await rx({}, home, 'ping', '--json')).stdout()) as [{ pid: number }];
    return pid;
  };
  return { home, rx, reported, daemon };
}

function folderWith(name: string): string {
  const path = join(folder(), name);
  mkdirSync(path);
  writeFileSync(join(path, 'app.mjs'), PRINTS_ENV);
  return path;
}

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await start(process.execPath, [main, 'shutdown'], { RXVISOR_HOME: home }).ended;
  }
  await expectNothingLeft();
});

describe('two shells', () => {
  it('share the background manager, and nothing of their environments and folders', async () => {
    const { home, rx, reported, daemon } = user();
    const [one, two] = [folderWith('one'), folderWith('two')];
    await rx({ FIRST_SECRET: 'hunter2', NODE_ENV: 'production' }, one, 'start', 'app.mjs', '--name', 'one');
    await rx({ SECOND: '2', LANG: undefined, USER: undefined }, two, 'start', 'app.mjs', '--name', 'two');
    const [first, second] = [await reported('one'), await reported('two')];
    expect([first.cwd, second.cwd]).toEqual([one, two]);
    expect(first.env).toMatchObject({ FIRST_SECRET: 'hunter2', NODE_ENV: 'production' });
    for (const name of ['FIRST_SECRET', 'LANG', 'USER']) expect(second.env).not.toHaveProperty(name);
    expect(second.env).toMatchObject({ SECOND: '2', NODE_ENV: process.env.NODE_ENV });

    // The manager itself has neither.
    const pid = await daemon();
    const environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environ).toContain(`RXVISOR_HOME=${home}`);
    expect(environ).not.toMatch(/hunter2|RXVISOR_TEST_MARK|VITEST/);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  }, 60_000);

  it('share the background manager, and no umask', async () => {
    const { home, rx, daemon } = user();
    const run = folder();
    const shell = async (umask: string, name: string, more: object): Promise<void> => {
      const script = 'mkdir made; echo 1 >made/file; echo up; exec sleep 1000';
      const cwd = join(run, name);
      mkdirSync(cwd);
      chmodSync(cwd, 0o777);
      const log = { stdout: 'logs/out', stderr: 'logs/err' };
      const service = { name, command: 'sh', args: ['-c', script], log, ...more };
      const config = join(cwd, 'rxvisor.config.json');
      writeFileSync(config, JSON.stringify([service]));
      const command = ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, main, 'start', config];
      expect((await start('sh', command, { RXVISOR_HOME: home }).ended).code).toBe(0);
    };
    const modes = (name: string): readonly string[] =>
      ['made', 'made/file', 'logs', 'logs/out', 'logs/err'].map((path) =>
        (statSync(join(run, name, path)).mode & 0o777).toString(8),
      );
    await shell('077', 'secret', {});
    await shell('022', 'open', {});
    await shell('000', 'wide', {});
    await shell('027', 'direct', { log: { stdout: 'logs/out', stderr: 'logs/err', direct: true }, output: false });
    await shell('022', 'own', { umask: '007' });
    await vi.waitFor(() => {
      expect(modes('secret')).toEqual(['700', '600', '700', '600', '600']);
      expect(modes('open')).toEqual(['755', '644', '755', '644', '644']);
      // What the manager creates is never writable by others.
      expect(modes('wide')).toEqual(['777', '666', '755', '644', '644']);
      expect(modes('direct')).toEqual(['750', '640', '750', '640', '640']);
      expect(modes('own')).toEqual(['770', '660', '750', '640', '640']);
    }, 15_000);

    // As they are after the manager was killed.
    await rx({}, home, 'save');
    process.kill(await daemon(), 'SIGKILL');
    for (const name of ['secret', 'open']) rmSync(join(run, name, 'made'), { recursive: true });
    await rx({}, home, 'resurrect');
    await vi.waitFor(() => {
      expect(modes('secret').slice(0, 2)).toEqual(['700', '600']);
      expect(modes('open').slice(0, 2)).toEqual(['755', '644']);
    }, 15_000);
  }, 60_000);

  it('get their environments again after the manager was killed: what is saved is this user’s alone', async () => {
    const { home, rx, reported, daemon } = user();
    const one = folderWith('one');
    await rx({ API_TOKEN: 'hush', PLAIN: 'yes' }, one, 'start', 'app.mjs', '--name', 'one');
    const before = await reported('one');
    await rx({}, home, 'save');
    expect(statSync(join(home, 'saved.json')).mode & 0o777).toBe(0o600);
    process.kill(await daemon(), 'SIGKILL');
    await rx({ PLAIN: 'no', OTHER: '1' }, home, 'resurrect');
    const line = await vi.waitFor(async () => {
      const after = await reported('one');
      expect(after.env.RXVISOR_MANAGER_PID).not.toBe(before.env.RXVISOR_MANAGER_PID);
      return after;
    }, 15_000);
    expect(line.cwd).toBe(one);
    expect(line.env).toMatchObject({ API_TOKEN: 'hush', PLAIN: 'yes' });
    expect(line.env).not.toHaveProperty('OTHER');
    const shown = (await rx({}, home, 'describe', 'one', '--env')).stdout();
    expect(shown).toMatch(/env\.PLAIN +yes\n/);
    expect(shown).toMatch(/env\.API_TOKEN +\*+\n/);
    expect(shown).not.toContain('hush');
  }, 60_000);

  it('options for Node and a PATH that are relative are those of the folder of the service', async () => {
    const { rx, reported } = user();
    const one = folderWith('one');
    writeFileSync(join(one, 'preload.cjs'), `process.env.PRELOADED = 'yes';`);
    mkdirSync(join(one, 'bin'));
    writeFileSync(join(one, 'bin', 'mine'), `#!/bin/sh\nexec "${process.execPath}" app.mjs\n`, { mode: 0o755 });
    const config = [{ name: 'mine', command: 'mine' }];
    writeFileSync(join(one, 'mine.config.json'), JSON.stringify(config));
    const env = { NODE_OPTIONS: '--require ./preload.cjs', PATH: `./bin:${process.env.PATH!}` };
    await rx(env, one, 'start', 'mine.config.json');
    expect((await reported('mine')).env).toMatchObject({ PRELOADED: 'yes', PATH: env.PATH });
  }, 60_000);

  it('a variable that a config takes away is not there', async () => {
    const { rx, reported } = user();
    const one = folderWith('one');
    const config = `export default [{ name: 'one', script: 'app.mjs', env: { GONE: undefined, HERE: '1' } }];`;
    writeFileSync(join(one, 'one.config.mjs'), config);
    await rx({ GONE: '1', HERE: '0' }, one, 'start', 'one.config.mjs');
    const { env } = await reported('one');
    expect(env).toMatchObject({ HERE: '1' });
    expect(env).not.toHaveProperty('GONE');
  }, 60_000);
});
