// A supervised script starts something that is to outlive it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { fixture, folder, runs } from '../real/bench.js';
import { users, main } from '../real/commands.js';

const app = fixture('cli-app.mjs');
const user = users();

/** A script that runs a command of ours, says so, and stays. */
function deploys(...args: string[]): string {
  const script = join(folder(), 'deploy.sh');
  const line = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
  writeFileSync(script, `${line}\necho deployed\nexec sleep 60\n`);
  return script;
}

describe('from within a supervised script', () => {
  it('a service started in the background goes on when the script has ended', async () => {
    const { begin, list } = user();
    const outer = begin('run', deploys('start', app, '--name', 'web'));
    await outer.says(/deployed/);
    const web = (await list()).find(({ name }) => name === 'web')!;
    const environ = readFileSync(`/proc/${web.pid!}/environ`, 'utf8');
    expect(environ.match(/^RXVISOR_[0-9a-f]{16}=/gm) ?? environ.match(/RXVISOR_[0-9a-f]{16}=/g)).toHaveLength(1);
    outer.process.kill('SIGINT');
    await outer.ended;
    const [left] = await list();
    expect(left).toMatchObject({ name: 'web', pid: web.pid, state: 'online', restarts: 0 });
    expect(runs(web.manager.pid)).toBe(true);
  }, 60_000);

  it('so does what is resurrected there, and what is started with a manager that is killed', async () => {
    const { begin, run, list } = user();
    await run('start', app, '--name', 'web');
    await run('save');
    await run('shutdown');
    const outer = begin('run', deploys('resurrect'));
    await outer.says(/deployed/);
    const web = (await list()).find(({ name }) => name === 'web')!;
    outer.process.kill('SIGKILL');
    await vi.waitFor(() => expect(outer.left().filter((pid) => pid !== web.pid)).toEqual([]), 15_000);
    expect(runs(web.pid!)).toBe(true);
    expect(runs(web.manager.pid)).toBe(true);
  }, 60_000);

  it('a service is not the instance of the script it is started from', async () => {
    const { home, begin, run, list } = user();
    const config = join(home, 'x.config.json');
    const script = deploys('start', app, '--name', 'web');
    const env = { RXVISOR_INSTANCE: '3', NODE_APP_INSTANCE: '3' };
    writeFileSync(config, JSON.stringify([{ name: 'deploy', script, env }]));
    const outer = begin('run', config);
    await outer.says(/deployed/);
    const web = (await list()).find(({ name }) => name === 'web')!;
    expect(web).not.toHaveProperty('instance');
    expect((await run('describe', 'web', '--env')).out).not.toMatch(/_INSTANCE/);
    outer.process.kill('SIGINT');
    await outer.ended;
  }, 60_000);

  it('a manager in the foreground, and its children, end with the script: they belong to it', async () => {
    const { begin, list } = user();
    const inner = join(folder(), 'inner.sh');
    // In sessions of their own, so that only the marks say whose they are.
    writeFileSync(inner, `setsid '${process.execPath}' '${main}' run '${app}' &\necho begun\nexec sleep 60\n`);
    const outer = begin('run', inner);
    const rows = await vi.waitFor(async () => {
      const found = (await list()).filter(({ name, state }) => name === 'cli-app' && state === 'online');
      expect(found).toHaveLength(1);
      return found;
    }, 15_000);
    outer.process.kill('SIGINT');
    await outer.ended;
    await vi.waitFor(() => expect(rows.flatMap(({ pid, manager }) => [pid!, manager.pid]).filter(runs)).toEqual([]), {
      timeout: 15_000,
    });
  }, 60_000);
});
