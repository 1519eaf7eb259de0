import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../freePort.js';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { fixture, folder } from './bench.js';
import { commands, main } from './commands.js';

afterEach(expectNothingLeft);

/** The example, without a terminal, as somebody's own. */
async function monitor(home: string): Promise<Program> {
  const run = start(process.execPath, ['examples/server-session/main.mjs'], {
    PORT: String(await freePort()),
    RXVISOR_HOME: home,
  });
  await run.says(/server: listening/);
  return run;
}

/** Types a command of the example's own, completed by Tab. */
async function greet(run: Program): Promise<void> {
  run.process.stdin?.write('gre');
  await run.says(/> \S*gre$/);
  // By itself: with more behind it, it would be taken for part of something pasted.
  run.process.stdin?.write('\t');
  await run.says(/greet $/);
  run.process.stdin?.write('world\r');
  await run.says(/hello world/);
}

it('the example in a terminal: status, help, completion, settings, a crash, a restart, the end', async () => {
  const port = await freePort();
  const run = start(
    'python3',
    ['test/fixtures/cli-pty.py', '120', '40', process.execPath, 'examples/server-session/main.mjs'],
    { PORT: String(port) },
  );
  const type = (text: string): unknown => run.process.stdin?.write(text);
  await run.says(/server: listening/);
  type('status\r');
  await run.says(/server online, pid \d+, restarts 0, crashes 0/);
  type('help\r');
  await run.says(/set port NAME N \[restart\] +set a port/);
  await greet(run);
  type('set polling 0\r');
  await run.says(/set polling: '0' is not N\. Usage: set polling N \[now\]/);
  type('set polling 100 now\r');
  await run.says(/server: polling is 100/);
  await fetch(`http://localhost:${port}/crash`).catch(() => undefined);
  await run.says(/server: crashed: Error: a test of the crash report/);
  await run.says(/mail: 1 crash/);
  await run.says(/the server ends: crash/);
  await run.says(/server: listening[^]*server: listening/);
  type('restart clean\r');
  await run.says(/the server ends: restart/);
  await run.says(/server online, pid \d+, restarts 2, crashes 0/);
  type('logs 5\r');
  type('exit clean\r');
  await run.says(/the server ends: sessionEnd/);
  await run.says(/server: the session has ended: the console/);
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.stdout()).not.toContain('RXVISOR_SESSION');
  expect(run.left()).toEqual([]);
}, 60_000);

describe('rxvisor console', () => {
  it('in another terminal: status, completion, a mistake, the end of the session, a restored terminal', async () => {
    const home = folder();
    const server = await monitor(home);
    const script = '"$0" "$1" console; echo "code $?"; stty -a';
    const run = start(
      'python3',
      ['test/fixtures/cli-pty.py', '120', '40', 'sh', '-c', script, process.execPath, main],
      { RXVISOR_HOME: home },
    );
    const type = (text: string): unknown => run.process.stdin?.write(text);
    await run.says(/server> /);
    type('status\r');
    await run.says(/server online, pid \d+, restarts 0, crashes 0/);
    await greet(run);
    type('exit\r');
    await run.says(/exit: clean\|force is missing\. Usage: exit clean\|force/);
    type('exit clean\r');
    await run.says(/rxvisor: server: the session has ended\.[^]*code 0/);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toMatch(/ icanon /);
    expect(run.stdout()).toMatch(/ echo /);
    expect(server.stdout()).toContain('the session has ended: the console');
  }, 60_000);

  it('in a pipe: results, errors, the exit code, and neither RxJS nor valibot', async () => {
    const home = folder();
    const server = await monitor(home);
    const env = { RXVISOR_HOME: home };
    const say = async (text: string, more: NodeJS.ProcessEnv = {}) => {
      const run = start(process.execPath, [main, 'console', 'server'], { ...env, ...more });
      run.process.stdin?.end(text);
      const { code } = await run.ended;
      return { code, out: run.stdout(), err: run.stderr() };
    };
    const coverage = join(home, 'loaded');
    expect(await say('greet you\ngreet me\n', { NODE_V8_COVERAGE: coverage })).toEqual({
      code: 0,
      out: 'hello you\nhello me\n',
      err: '',
    });
    const loaded = readdirSync(coverage)
      .map((name) => readFileSync(join(coverage, name), 'utf8'))
      .join('');
    expect(loaded).toContain('/console.chunk.js');
    expect(loaded).not.toMatch(/node_modules\/(?!commander)/);
    expect(await say('set polling 0\nset polling 700\nexit clean\n')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^rxvisor: set polling 0: set polling: '0' is not N\.[^]*server: 1 line failed\.\n$/,
      ) as string,
    });
    expect(server.stdout()).toContain('server: polling is 700');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  }, 60_000);

  it('a session that ends elsewhere, and a manager that is killed, end it, with 0 and with 1', async () => {
    const home = folder();
    const open = async (): Promise<Program> => {
      const run = start(process.execPath, [main, 'console'], { RXVISOR_HOME: home });
      run.process.stdin?.write('greet you\n');
      await run.says(/hello you/);
      return run;
    };
    const ended = await monitor(home);
    const first = await open();
    ended.process.stdin?.write('exit clean\n');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await ended.ended).toEqual({ code: 0, signal: null });
    const killed = await monitor(home);
    const second = await open();
    killed.process.kill('SIGKILL');
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr()).toMatch(/^rxvisor: .+: the manager closed the connection\.\n$/);
  }, 60_000);

  it('a manager that is no session has none', async () => {
    const { begin, run } = commands();
    expect(await run('console')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no manager has a console.') as string,
    });
    const plain = begin('run', fixture('cli-app.mjs'));
    await plain.says(/here/);
    const { code, err } = await run('console', String(plain.process.pid));
    expect([code, err]).toEqual([
      1,
      expect.stringContaining(`${String(plain.process.pid)}: this manager has no console.`),
    ]);
    expect((await run('console')).code).toBe(3);
    plain.process.kill('SIGTERM');
    await plain.ended;
  }, 60_000);
});
