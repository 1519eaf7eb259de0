import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';

const main = resolve('dist/cli/main.js');
const fixture = (name: string): string => `test/fixtures/cli-${name}`;
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  await expectNothingLeft();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rxvisor-cli-'));
  folders.push(path);
  return path;
}

/** In a pipe. */
function rxvisor(...args: string[]): Program {
  return start(process.execPath, [main, ...args]);
}

/** On a terminal. */
function onTerminal(args: readonly string[], env: NodeJS.ProcessEnv = {}, columns = 100): Program {
  return start('python3', [fixture('pty.py'), String(columns), '24', process.execPath, main, ...args], env);
}

const hasPython = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0;
const CTRL_C = '\u0003';
const type = ({ process }: Program, keys: string): void => void process.stdin?.write(keys);

describe('rxvisor run, in a pipe', () => {
  it('prints what happens, a line for each event, the time first', async () => {
    const run = rxvisor('run', fixture('services.config.mjs'));
    await run.says(/^graceful: here$/m);
    await run.says(/^sleeper: awake$/m);
    await run.says(/^\d{4}-\d\d-\d\dT[\d:.]+Z graceful started, pid \d+$/m);
    await run.says(/^\S+Z crasher ended: code 1 after /m);
    await run.says(/^\S+Z crasher backing off 100ms after crash 1$/m);
    await run.says(/^\S+Z crasher started, pid \d+, run 2$/m);
    run.process.kill('SIGTERM');
    await run.ended;
    expect(run.stdout()).not.toContain('\u001B');
    expect(run.stderr()).toBe('');
  });

  it('--for: stops gracefully by itself with code 0; the process title names the file', async () => {
    const run = rxvisor('run', fixture('graceful.sh'), '--for', '2s');
    await run.says(/here/);
    const title = readFileSync(`/proc/${String(run.process.pid)}/cmdline`, 'utf8');
    expect(title).toMatch(/^rxvisor run test\/fixtures\/cli-graceful\.sh/);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toContain('cli-graceful: good-bye\n');
    expect(run.stdout()).toMatch(/cli-graceful ended: code 0 after /);
    expect(run.left()).toEqual([]);
  });

  it('ends with the last service, with 1 when one was given up', async () => {
    const run = rxvisor('run', fixture('short.config.json'));
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stdout()).toContain('job: done\n');
    expect(run.stdout()).toContain('loser failed: no restarts (restartAt)\n');
  });

  it('runs a script with arguments, and ends with 0 when that does', async () => {
    const run = rxvisor('run', 'test/fixtures/report.py', 'one', '--', '--two');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toContain('"args": ["one", "--two"]');
  });

  it('SIGINT, SIGTERM, SIGHUP: stops gracefully, and dies of it', async () => {
    const dying = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(async (signal) => {
      const run = rxvisor('run', fixture('services.config.mjs'));
      await run.says(/graceful: here/);
      run.process.kill(signal);
      expect(await run.ended).toEqual({ code: null, signal });
      expect(run.stdout()).toContain('graceful: good-bye\n');
      expect(run.stdout()).toMatch(/graceful ended: code 0 after /);
      expect(run.left()).toEqual([]);
    });
    await Promise.all(dying);
  });

  it('takes two signals at once, as under npm, for one', async () => {
    const run = rxvisor('run', fixture('services.config.mjs'));
    await run.says(/graceful: here/);
    run.process.kill('SIGINT');
    run.process.kill('SIGINT');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(run.stdout()).toContain('graceful: good-bye\n');
  });

  it('stops when nobody reads any more', async () => {
    const line = `"${process.execPath}" "${main}" run ${fixture('chatty.sh')} | head -n 1; exit \${PIPESTATUS[0]}`;
    const run = start('bash', ['-c', line]);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout().split('\n')).toHaveLength(2);
    expect(run.stderr()).toBe('');
    expect(run.left()).toEqual([]);
  });

  it('leaves what goes to a log to the log, in the folder of the config', async () => {
    const at = folder();
    const config = join(at, 'logging.config.mjs');
    const spec = {
      name: 'painter',
      command: 'printf',
      args: ['\\033[31mred\\033[0m\\n'],
      log: 'logs/a.log',
      stripANSI: true,
    };
    writeFileSync(config, `export default [${JSON.stringify(spec)}];`);
    const run = rxvisor('run', config);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).not.toContain('red');
    expect(readFileSync(join(at, 'logs/a.log'), 'utf8')).toBe('red\n');
  });
});

describe('a mistake', () => {
  const refused = async (args: readonly string[], problem: RegExp): Promise<void> => {
    const run = rxvisor(...args);
    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(run.stderr()).toMatch(problem);
    expect(run.stdout()).toBe('');
  };

  it('in the command line is printed on stderr, with 2', async () => {
    await Promise.all([
      refused(['run', 'missing.config.mjs'], /^rxvisor: missing\.config\.mjs: no such file\./),
      refused(
        ['run', 'a.js', '--for', '5 parsecs'],
        /argument '5 parsecs' is invalid\. Give a number and ms, s, m, h or d/,
      ),
      refused([], /^Usage: rxvisor/),
    ]);
  });

  it('in a config is reported with its place, before any service starts', async () => {
    const at = folder();
    const mistakes: readonly (readonly [string, string, RegExp])[] = [
      ['syntax', 'export default [ { ;', /cannot load this file: SyntaxError: .* To see where: node --check /],
      [
        'throws',
        '\nnull.services;\nexport default [];',
        /cannot load this file: TypeError: [^\n]*\n +at file:[^\n]*throws\.config\.mjs:2:6\n$/,
      ],
      [
        'spec',
        `export default [{ command: 'touch', args: ['started'] }, { name: 'api', script: 'a.js', grace: -1 }];`,
        /services\[1\] \('api'\): grace: -1 is not a delay\. Give milliseconds/,
      ],
    ];
    const refusing = mistakes.map(async ([name, text, problem]) => {
      const config = join(at, `${name}.config.mjs`);
      writeFileSync(config, text);
      await refused(['run', config], problem);
    });
    await Promise.all(refusing);
    expect(readdirSync(at).toSorted()).toEqual(['spec.config.mjs', 'syntax.config.mjs', 'throws.config.mjs']);
  });

  it('is neither --help nor --version', async () => {
    const [help, version] = [rxvisor('run', '--help'), rxvisor('--version')];
    expect(await Promise.all([help.ended, version.ended])).toEqual(Array(2).fill({ code: 0, signal: null }));
    expect(help.stdout()).toContain('Usage: rxvisor run');
    expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe.skipIf(!hasPython)('rxvisor run, on a terminal (python3 makes one)', () => {
  it('keeps a table below the events, draws it again in its place, and stops gracefully at Ctrl-C', async () => {
    const run = onTerminal(['run', fixture('services.config.mjs')]);
    await run.says(/graceful\S*: here\r\n/);
    expect(run.stdout()).toContain('\r\u001B[4A\u001B[J');
    await run.says(/NAME.*PID.*STATE.*RESTARTS.*UPTIME.*LAST EXIT/);
    await run.says(/graceful\S* .*\d+ .*online/);
    await run.says(/crasher\S* .*backing off\S* .*code 1 after /);
    type(run, CTRL_C);
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    const last = run.stdout().slice(run.stdout().lastIndexOf('\u001B[4A\u001B[J'));
    expect(last).toMatch(/graceful\S* .*stopped.*code 0 after /);
    expect(last).toMatch(/sleeper\S* .*stopped.*SIGTERM after /);
    expect(last.endsWith('\r\n')).toBe(true);
    expect(run.stdout()).toContain(': good-bye');
    expect(run.left()).toEqual([]);
  });

  it('has no colours when NO_COLOR says so, no table where the cursor cannot move, and fits a narrow one', async () => {
    const short = ['run', fixture('short.config.json')];
    const plain = onTerminal(short, { NO_COLOR: '1' });
    const dumb = onTerminal(short, { TERM: 'dumb' });
    const narrow = onTerminal(short, { NO_COLOR: '1' }, 30);
    await Promise.all([plain.ended, dumb.ended, narrow.ended]);
    expect(plain.stdout()).toMatch(/^loser +- +failed/m);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(plain.stdout()).not.toMatch(/\u001B\[[\d;]*m/);
    expect(dumb.stdout()).not.toContain('\u001B');
    expect(dumb.stdout()).toMatch(/^\d{4}-\S+Z job started/m);
    const table = narrow
      .stdout()
      .slice(narrow.stdout().lastIndexOf('\u001B[J') + 3)
      .split('\r\n');
    expect(table[0]).toMatch(/^NAME +PID +STATE/);
    for (const line of table) expect(line.length).toBeLessThan(30);
  });

  it('a second Ctrl-C kills at once', async () => {
    const run = onTerminal(['run', fixture('stubborn.config.mjs')]);
    await run.says(/: here/);
    type(run, CTRL_C);
    // Five ticks, four of them a tenth of a second: no longer the same press. Typed once: a terminal drops at Ctrl-C what it has
    // not shown yet, and with many of them the last words would be dropped now and then.
    await run.says(/: stubborn\r\n(?:.*?: tick\r\n){5}/s);
    type(run, CTRL_C);
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(run.stdout()).toMatch(/stubborn\S* .*SIGKILL after /);
    expect(run.left()).toEqual([]);
  });

  it('under npm, one Ctrl-C is one', async () => {
    const npm = ['exec', '--offline', '--', process.execPath, main, 'run', fixture('services.config.mjs')];
    const run = start('python3', [fixture('pty.py'), '100', '24', 'npm', ...npm]);
    await run.says(/: here/);
    type(run, CTRL_C);
    await run.ended;
    expect(run.stdout()).toContain('good-bye');
    expect(run.left()).toEqual([]);
  });
});
