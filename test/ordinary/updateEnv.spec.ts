// A user changes a variable in the shell. Services get it when the user says so, and not before.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

// It notes its variable before it is ready, so that a command that waits for it has the note.
const NOTES = `import { appendFileSync } from 'node:fs';
appendFileSync(new URL('seen', import.meta.url), (process.env.MY_TOKEN ?? 'none') + '\\n');
process.send('ready');
setInterval(() => undefined, 1_000);`;

const homes: string[] = [];

/** A user with one service; `rx` is a command in a shell with this token. */
function user(service: object = {}) {
  const home = folder();
  const project = folder();
  homes.push(home);
  writeFileSync(join(project, 'app.mjs'), NOTES);
  const config = join(project, 'rxvisor.config.json');
  writeFileSync(
    config,
    JSON.stringify([{ name: 'api', script: 'app.mjs', ready: 'message', restartAt: [1], ...service }]),
  );
  const begin = (token: string | undefined, ...args: string[]): Program =>
    start(process.execPath, [main, ...args], { RXVISOR_HOME: home, MY_TOKEN: token }, home);
  const rx = async (token: string | undefined, ...args: string[]): Promise<string> => {
    const program = begin(token, ...args);
    expect([args, (await program.ended).code, program.stderr()]).toEqual([args, 0, '']);
    expect(args.includes('--show-secrets') || !program.stdout().includes('hunter')).toBe(true);
    return program.stdout();
  };
  return {
    config,
    begin,
    rx,
    seen: () => readFileSync(join(project, 'seen'), 'utf8').trimEnd().split('\n'),
    pid: async () => (JSON.parse(await rx('', 'list', '--json')) as [{ pid: number }])[0].pid,
    /** Ends the manager at once; what it supervised ends with it. */
    killManager: async () => {
      const [{ pid }] = JSON.parse(await rx('', 'ping', '--json')) as [{ pid: number }];
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 10_000, interval: 20 });
    },
  };
}

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await start(process.execPath, [main, 'shutdown'], { RXVISOR_HOME: home }).ended;
  }
  await expectNothingLeft();
});

describe('the environment of a service', () => {
  it('is that of its start, until restart --update-env; then crashes, restarts and resurrect keep the new one', async () => {
    const { config, rx, seen, pid, killManager } = user();
    await rx('hunter1', 'start', config);
    await rx('hunter2', 'restart', 'api');
    expect(seen()).toEqual(['hunter1', 'hunter1']);

    await rx('hunter2', 'restart', 'api', '--update-env');
    expect(seen()).toEqual(['hunter1', 'hunter1', 'hunter2']);
    expect(await rx('', 'describe', 'api', '--env')).toMatch(/MY_TOKEN.*\*{8}/);
    expect(await rx('', 'describe', 'api', '--env', '--show-secrets')).toMatch(/MY_TOKEN.*hunter2/);

    process.kill(await pid(), 'SIGKILL');
    await vi.waitFor(() => expect(seen()).toHaveLength(4), 15_000);
    await rx('hunter3', 'restart', 'api');
    const { path } = JSON.parse(await rx('hunter3', 'save', '--json')) as { path: string };
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await killManager();
    await rx('hunter3', 'resurrect');
    expect(seen().slice(3)).toEqual(['hunter2', 'hunter2', 'hunter2']);
  }, 60_000);

  it('is not in the saved list with saveEnv: false', async () => {
    const { config, rx, seen, killManager } = user({ saveEnv: false });
    await rx('hunter1', 'start', config);
    await rx('hunter2', 'restart', 'api', '--update-env');
    const { path } = JSON.parse(await rx('hunter2', 'save', '--json')) as { path: string };
    expect(readFileSync(path, 'utf8')).not.toContain('hunter');
    await killManager();
    await rx('hunter3', 'resurrect');
    expect(seen()).toEqual(['hunter1', 'hunter2', 'none']);
  }, 60_000);

  it('is replaced by reload --update-env, instance by instance', async () => {
    const { config, rx, seen } = user({ instances: 2 });
    await rx('hunter1', 'start', config);
    await rx('hunter2', 'reload', 'api', '--update-env');
    await rx('hunter3', 'scale', 'api', '3');
    expect(seen()).toEqual(['hunter1', 'hunter1', 'hunter2', 'hunter2', 'hunter2']);
  }, 60_000);

  it('is that of its manager in the foreground, and is replaced by restart --update-env too', async () => {
    const { config, begin, rx, seen } = user();
    const manager = begin('hunter1', 'run', config);
    await vi.waitFor(() => expect(seen()).toHaveLength(1), 15_000);
    await rx('hunter2', 'restart', 'api');
    await rx('hunter2', 'restart', 'api', '--update-env');
    await rx('hunter3', 'restart', 'api');
    expect(seen()).toEqual(['hunter1', 'hunter1', 'hunter2', 'hunter2']);
    manager.process.kill('SIGTERM');
    await manager.ended;
  }, 60_000);
});
