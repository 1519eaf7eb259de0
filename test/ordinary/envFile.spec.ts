// A user keeps the settings of a service in a file, changes the file, and restarts the service.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

const PRINTS = `console.log(['FROM_SHELL', 'SHELL_AND_FILE', 'FILE_AND_ENV', 'FROM_FILE'].map((name) => process.env[name]).join(' '));
process.send?.('ready');
setInterval(() => undefined, 1_000);`;

const homes: string[] = [];
const shell = { FROM_SHELL: 'shell', SHELL_AND_FILE: 'shell', FILE_AND_ENV: 'shell' };

/** A user with one service in the folder `api` beside the config. */
function user(service: object) {
  const home = folder();
  const project = folder();
  homes.push(home);
  const api = join(project, 'api');
  mkdirSync(api);
  writeFileSync(join(api, 'app.mjs'), PRINTS);
  const config = join(project, 'rxvisor.config.json');
  writeFileSync(config, JSON.stringify([{ name: 'api', script: 'app.mjs', cwd: 'api', ready: 'message', ...service }]));
  return {
    config,
    file: join(api, '.env'),
    local: join(api, '.env.local'),
    rx: async (...args: string[]): Promise<Program> => {
      // Another folder than that of the config, so that a path from the wrong folder is found out.
      const program = start(process.execPath, [main, ...args], { RXVISOR_HOME: home, ...shell }, home);
      await program.ended;
      return program;
    },
  };
}

async function done(program: Promise<Program>): Promise<string> {
  const { ended, stdout, stderr } = await program;
  expect([(await ended).code, stderr()]).toEqual([0, '']);
  return stdout();
}

/** A line comes to the log a moment after the message `ready`. */
async function logsLast(rx: ReturnType<typeof user>['rx'], line: RegExp): Promise<void> {
  await vi.waitFor(async () => expect((await done(rx('logs', 'api', '-n', '1'))).trim()).toMatch(line), 20_000);
}

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await start(process.execPath, [main, 'shutdown'], { RXVISOR_HOME: home }).ended;
  }
  await expectNothingLeft();
});

describe('an env file', () => {
  it('wins over the shell, loses to env, and is read again by a restart', async () => {
    const envFile = ['.env', { file: '.env.local', required: false }];
    const { rx, config, file, local } = user({ envFile, env: { FILE_AND_ENV: 'env' } });
    writeFileSync(file, '\uFEFFFROM_FILE="hunter 1"\r\nSHELL_AND_FILE=file\r\nFILE_AND_ENV=file\r\n');
    await done(rx('start', config));
    await logsLast(rx, /shell file env hunter 1$/);

    writeFileSync(local, "FROM_FILE='hunter ${2}'\n");
    await done(rx('restart', 'api'));
    await logsLast(rx, /shell file env hunter \$\{2\}$/);

    for (const options of [[], ['--env'], ['--env', '--json'], ['--json']]) {
      const text = await done(rx('describe', 'api', ...options));
      expect(text).toContain('.env.local');
      expect(text.replace(/hunter \$?\{?[12]\}?/g, '')).toBe(text);
    }
    expect(await done(rx('describe', 'api', '--env'))).toMatch(/FROM_SHELL.*shell/);
    expect(await done(rx('describe', 'api'))).not.toContain('FROM_SHELL');
  }, 60_000);

  it('that is missing at a restart is a failed start, which names it', async () => {
    const { rx, config, file } = user({ envFile: '.env', restartAt: [] });
    writeFileSync(file, 'FROM_FILE=1');
    await done(rx('start', config));
    rmSync(file);
    const failed = await rx('restart', 'api');
    expect([(await failed.ended).code, failed.stdout() + failed.stderr()]).toEqual([
      1,
      expect.stringContaining(`envFile: '${file}' does not exist. Create it, or give { file, required: false }.`),
    ]);
    writeFileSync(file, 'FROM_FILE=2');
    await done(rx('restart', 'api'));
    await logsLast(rx, /2$/);
  }, 60_000);

  it('that is missing, or a folder, is an error of the config before anything starts', async () => {
    const { rx, config, file } = user({ envFile: '.env' });
    for (const [problem, command] of [
      ['does not exist', 'run'],
      ['is a folder', 'start'],
    ] as const) {
      const { ended, stderr, stdout } = await rx(command, config);
      expect([(await ended).code, stdout()]).toEqual([2, '']);
      expect(stderr()).toContain(`services[0] ('api'): envFile: '${file}' ${problem}`);
      mkdirSync(file, { recursive: true });
    }
  });
});
