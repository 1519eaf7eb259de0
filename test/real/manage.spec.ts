import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { savedList } from '../../src/control/saved/savedList.js';
import { start } from '../fixtures/cli-harness.js';
import { fixture, folder, runs } from './bench.js';
import { type Commands, users, hasPython, main } from './commands.js';

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;
const app = fixture('cli-app.mjs');
// eslint-disable-next-line no-control-regex -- they take no columns
const colours = /\u001B\[\d+m/g;
const CTRL_C = '\u0003';
const user = users();

describe('Resume.js, command by command', () => {
  it('run two, list, kill one, list again, restart, log, stop', async () => {
    const { begin, run, list } = user();
    const first = begin('-r', app);
    const second = begin('-r', app);
    await Promise.all([first.says(/^cli-app: here/m), second.says(/^cli-app: here/m)]);
    const [a, b] = await list();
    expect([a!.manager.pid, b!.manager.pid].toSorted()).toEqual([first.process.pid, second.process.pid].toSorted());
    const table = (await run('-l')).out.split('\n');
    expect(table[0]).toMatch(/^ID +NAME +MANAGER +PID +STATE +RESTARTS +UPTIME +CPU +MEM +LAST EXIT$/);
    expect(table[1]).toMatch(new RegExp(`^1 +cli-app +${a!.manager.pid} +${a!.pid!} +online +0 `));

    process.kill(a!.pid!, 'SIGKILL');
    const [again] = await vi.waitFor(async () => {
      const found = (await list()).filter(
        ({ manager, state, restarts }) => manager.pid === a!.manager.pid && state === 'online' && restarts === 1,
      );
      expect(found).toHaveLength(1);
      return found;
    }, 15_000);
    expect(again!.pid).not.toBe(a!.pid);

    const restarted = await run('-R', String(again!.pid!), '--json');
    const [row] = JSON.parse(restarted.out) as { pid: number; state: string }[];
    expect(row).toMatchObject({ state: 'online', restarts: 2 });
    expect(runs(again!.pid!)).toBe(false);
    expect(runs(row!.pid)).toBe(true);

    await vi.waitFor(
      async () =>
        expect((await run('-L', String(row!.pid), '-n', 'all')).out).toMatch(new RegExp(`^here ${row!.pid}$`, 'm')),
      15_000,
    );
    // What happened to it, and how it is called now, stands beside.
    expect((await run('describe', String(row!.pid))).out).toMatch(
      new RegExp(
        `started, pid ${a!.pid!}\n[^]*ended: SIGKILL[^]*started, pid ${again!.pid!}, run 2[^]*started, pid ${row!.pid}, run 3`,
      ),
    );

    expect(await run('-s', String(row!.pid))).toMatchObject({ code: 0, err: '' });
    expect(runs(row!.pid)).toBe(false);
    const ended = a!.manager.pid === first.process.pid ? first : second;
    expect(await ended.ended).toEqual({ code: 0, signal: null });
    expect((await list()).map(({ pid }) => pid)).toEqual([b!.pid]);
    // A pid, and no id.
    expect(await run('-s', '1')).toMatchObject({ code: 3 });
  }, 60_000);

  it('--max-restarts, as its readers asked for', async () => {
    const { begin } = user();
    const crasher = begin('-r', fixture('cli-crasher.sh'), '--max-restarts', '1');
    expect(await crasher.ended).toEqual({ code: 1, signal: null });
    expect(crasher.stdout()).toMatch(/, run 2\n[^]*failed: restart limit reached \(limit\)/);
  }, 30_000);
});

it('the usual commands of pm2, in order', async () => {
  const { home, run, list } = user();
  expect(await run('start', app, '-i', '4', '--name', 'web')).toMatchObject({ code: 0, err: '' });
  const before = await list();
  expect(before).toMatchObject(Array(4).fill({ name: 'web', state: 'online', manager: { name: 'daemon' } }));
  expect(before.map(({ id }) => id)).toEqual([1, 2, 3, 4]);

  expect(await run('restart', 'web')).toMatchObject({ code: 0 });
  expect(await run('restart', '2')).toMatchObject({ code: 0 });
  expect((await list()).map(({ restarts }) => restarts)).toEqual([1, 2, 1, 1]);

  const logged = (): string =>
    [0, 1, 2, 3].map((number) => readFileSync(join(home, 'logs', `web-${number}.log`), 'utf8')).join('');
  await vi.waitFor(() => expect(logged().match(/^here \d+$/gm)).toHaveLength(9), 10_000);
  expect(await run('signal', 'SIGUSR2', '1')).toMatchObject({ code: 0 });
  expect(await run('send', 'id:3', '{"hello":["you"]}')).toMatchObject({ code: 0 });
  await vi.waitFor(
    async () => expect((await run('logs', 'web', '-n', 'all')).out).toMatch(/^web#3: received \{"hello":\["you"\]\}$/m),
    15_000,
  );
  expect(logged().match(/^usr2$/gm)).toHaveLength(1);

  expect(await run('duplicate', '4')).toMatchObject({ code: 0 });
  expect(await run('reset', 'all')).toMatchObject({ code: 0 });
  expect((await list()).map(({ id, restarts }) => [id, restarts])).toEqual([1, 2, 3, 4, 5].map((id) => [id, 0]));
  expect(await run('delete', '1', '2', '/nobody|we/')).toMatchObject({ code: 0 });
  expect(await list()).toEqual([]);

  const log = join(home, 'logs', 'web.log');
  await run('start', app, '--name', 'web', '--', '--quiet');
  renameSync(log, `${log}.1`);
  expect(await run('reopen')).toMatchObject({ code: 0 });
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toMatch(/^tick$/m), 10_000);

  expect((await run('scale', 'web', '3')).out.match(/ web /g)).toHaveLength(3);
  expect((await run('scale', 'web', '1')).out.match(/ web /g)).toHaveLength(1);
  expect((await run('ping')).out).toMatch(/^daemon +daemon +\d+ +\d+\.\d+\.\d+ .*ms$/m);
  expect((await run('version')).out).toMatch(/^(\d+\.\d+\.\d+)\nmanager daemon: \1\n$/);
  expect((await run('shutdown')).out).toMatch(/^6 +web +daemon +- +stopped /m);
  expect(await run('ping')).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining('no manager runs') as string,
  });
  expect(readFileSync(join(home, 'logs', 'daemon.log'), 'utf8')).toMatch(
    /Z web started, pid \d+\n[^]*Z web ended: [^]*Z ended\n$/,
  );
}, 120_000);

describe('the background manager', () => {
  it('launched several times at once, runs once, and all launching commands use it', async () => {
    const { home, run, list } = user();
    const started = await Promise.all(Array.from({ length: 4 }, async () => run('start', app)));
    expect(started.map(({ code, err }) => ({ code, err }))).toEqual(Array(4).fill({ code: 0, err: '' }));
    const rows = await list();
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(new Set(rows.map(({ manager }) => manager.pid)).size).toBe(1);
    // Those that came too late take their locks with them.
    await vi.waitFor(() => expect(readdirSync(join(home, 'run'))).toEqual(['daemon.sock']), 10_000);
    expect(await run('daemon')).toMatchObject({ code: 0, err: 'rxvisor: a background manager already runs.\n' });
  }, 60_000);

  it('that is killed leaves no child, and resurrect starts all services again', async () => {
    const { home, run, list } = user();
    await run('start', app, '-i', '2', '--name', 'a');
    await run('start', app, '--name', 'b');
    await run('stop', 'b');
    expect(await run('save')).toMatchObject({ code: 0, out: `${join(home, 'saved.json')}: 3 services saved\n` });
    const [one, two] = await list();
    process.kill(one!.manager.pid, 'SIGKILL');
    await vi.waitFor(() => expect([one!.pid!, two!.pid!].filter(runs)).toEqual([]), 10_000);
    expect(await list()).toEqual([]);
    expect(await run('resurrect')).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () =>
        expect((await list()).map(({ name, state }) => [name, state])).toEqual([
          ['a', 'online'],
          ['a', 'online'],
          ['b', 'stopped'],
        ]),
      15_000,
    );
    expect(JSON.parse((await run('resurrect', '--json')).out)).toMatchObject({ started: [], kept: 3, problems: [] });
    expect(await run('restart', 'b')).toMatchObject({ code: 0 });
  }, 60_000);

  it('has its own process title', async () => {
    const { run, list } = user();
    await run('start', app);
    const [row] = await list();
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(row!.manager.pid)]);
    expect(stdout.toString().trim()).toBe('rxvisor daemon');
  }, 30_000);

  it('is only for this user', async () => {
    const { home, run } = user();
    await run('start', app);
    const [folderOf, socket] = [join(home, 'run'), join(home, 'run', 'daemon.sock')];
    expect([folderOf, socket, join(home, 'logs')].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o700, 0o600, 0o700,
    ]);
  }, 30_000);

  it.runIf(process.getuid?.() === 0 && hasPython)(
    'another user cannot connect, even if the folder were open',
    async () => {
      const { home, run } = user();
      await run('start', app);
      // From within: not every machine lets others into its folder for temporary files.
      const connecting = `
import os, socket, sys
os.chdir(sys.argv[1])
os.setgid(65534); os.setuid(65534)
try:
    socket.socket(socket.AF_UNIX).connect("daemon.sock")
    print("connected")
except PermissionError:
    print("refused")`;
      const connect = (): string => spawnSync('python3', ['-c', connecting, join(home, 'run')]).stdout.toString();
      expect(connect()).toBe('refused\n');
      chmodSync(join(home, 'run'), 0o755);
      expect(connect()).toBe('refused\n');
      // And that is what refuses: a socket with the mode that others have would not.
      chmodSync(join(home, 'run', 'daemon.sock'), 0o777);
      expect(connect()).toBe('connected\n');
    },
    30_000,
  );

  it('shows environments only when asked, secrets masked', async () => {
    const { home, run } = user();
    const config = join(home, 'x.config.json');
    writeFileSync(
      config,
      JSON.stringify([{ name: 'x', command: 'sleep', args: ['60'], env: { PORT: '80', MY_TOKEN: 'hush' } }]),
    );
    await run('start', config);
    expect((await run('list', '--json')).out + (await run('describe', 'x')).out).not.toMatch(/PORT|hush/);
    const shown = await run('describe', 'x', '--env');
    expect(shown.out).toMatch(/env\.PORT +80\n/);
    expect(shown.out).toMatch(/env\.MY_TOKEN +\*{8}\n/);
  }, 30_000);
});

describe('a saved list', () => {
  it('is complete when a save is killed at any time', async () => {
    const path = join(folder(), 'saved.json');
    for (let round = 0; round < 10; round += 1) {
      const saver = start(process.execPath, [fixture('saver.mjs'), path]);
      await saver.says(new RegExp(`^${300 + round}$`, 'm'));
      saver.process.kill('SIGKILL');
      await saver.ended;
      const { children, problems } = savedList(path).read();
      expect(problems).toEqual([]);
      expect(children.length).toBeGreaterThanOrEqual(300);
    }
  }, 60_000);
});

describe('across managers', () => {
  it('logs -f merges the children of managers, each with its name; stops at Ctrl-C', async () => {
    const { begin, run } = user();
    const own = begin('-r', app);
    await own.says(/here/);
    await run('start', app, '--name', 'web');
    const following = begin('logs', '-f');
    await following.says(/^cli-app: tick$/m);
    await following.says(/^web: tick$/m);
    const lines = begin('logs', 'web', '-f', '--json');
    await lines.says(/^\{"manager":\{"pid":\d+,"name":"daemon"\},"id":1,"name":"web","line":"tick"\}$/m);
    const received = begin('events', '--json');
    // Once it follows, which it does not say.
    await vi.waitFor(async () => {
      await run('restart', 'web');
      expect(received.stdout()).toMatch(/"type":"exited"[^\n]*"name":"web"|"name":"web"[^\n]*"type":"exited"/);
    }, 30_000);
    for (const program of [following, lines, received]) {
      program.process.kill('SIGINT');
      expect(await program.ended).toEqual({ code: null, signal: 'SIGINT' });
      expect(program.stderr()).toBe('');
    }
    const ended = await run('logs', 'web', '-n', '2', '--json');
    expect(JSON.parse(ended.out)).toHaveLength(2);
  }, 60_000);

  it('an id that several have is not guessed at', async () => {
    const { begin, run, list } = user();
    await begin('-r', app).says(/here/);
    await run('start', app);
    const refused = await run('stop', '1');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /^rxvisor: 1: several managers have a service with this id\. Add one of: --manager \d+, --manager daemon\.\n$/,
    );
    expect(await run('stop', '1', '--manager', 'daemon')).toMatchObject({ code: 0 });
    expect((await list()).map(({ state }) => state).toSorted()).toEqual(['online', 'stopped']);
  }, 30_000);

  it('one that is frozen delays nobody, and is reported', async () => {
    const { begin, run, list } = user();
    const frozen = begin('-r', app);
    await frozen.says(/here/);
    await run('start', app, '--name', 'web');
    frozen.process.kill('SIGSTOP');
    const listed = await run('list', '--timeout', '1s');
    expect(listed).toMatchObject({ code: 0, err: expect.stringMatching(/no answer within 1000 ms/) as string });
    expect(listed.out).toMatch(/ web /);
    expect(await run('ping', '--timeout', '1s', '--manager', String(frozen.process.pid))).toMatchObject({
      code: 124,
      out: '',
    });
    frozen.process.kill('SIGCONT');
    expect(await list()).toHaveLength(2);
  }, 30_000);
});

describe('exit codes', () => {
  it('0, 1, 2, 3, 124', async () => {
    const { home, run } = user();
    expect(await run('list', '--json')).toEqual({ code: 0, out: '[]\n', err: '' });
    expect(await run('list')).toMatchObject({ code: 0, out: '' });
    expect((await run('stop', 'web')).code).toBe(3);
    expect((await run('save')).code).toBe(3);
    expect((await run('events')).code).toBe(3);
    expect((await run('start', 'nothing.js')).code).toBe(2);
    const config = join(home, 'x.config.json');
    writeFileSync(config, JSON.stringify([{ name: 'x', command: 'false', restartAt: [] }]));
    expect(await run('start', config)).toMatchObject({
      code: 1,
      err: expect.stringContaining('x: it did not come up. The last run ended: exit code 1.') as string,
    });
    expect(await run('stop', 'nobody')).toMatchObject({ code: 3, out: '' });
    expect(await run('signal', 'HUP', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('x: not running') as string,
    });
    expect((await run('signal', 'NONE', 'x')).code).toBe(2);
    expect((await run('completion', 'tcsh')).code).toBe(2);
    expect((await run('list', '--manager', '1')).code).toBe(3);
    const stubborn = join(home, 'y.config.json');
    writeFileSync(
      stubborn,
      JSON.stringify([{ name: 'y', script: fixture('stubborn.mjs'), ready: { line: 'ready' }, grace: 60_000 }]),
    );
    await run('start', stubborn);
    expect(await run('stop', 'y', '--timeout', '300ms')).toMatchObject({
      code: 124,
      err: expect.stringContaining('not done within 300 ms') as string,
    });
    expect((await run('shutdown', '--timeout', '100ms')).code).toBe(124);
    await run('signal', 'KILL', 'y');
  }, 60_000);

  it('a relative RXVISOR_HOME, and one too long for a socket, are mistakes', async () => {
    const { home } = user();
    const errorOf = async (path: string, ...args: string[]): Promise<string> => {
      const program = start(process.execPath, ['dist/cli/main.js', ...args], { RXVISOR_HOME: path });
      expect((await program.ended).code).toBe(2);
      return program.stderr();
    };
    expect(await errorOf('here', 'list')).toContain("RXVISOR_HOME: 'here' is not absolute");
    const long = join(home, 'x'.repeat(100));
    expect(await errorOf(long, 'start', app)).toMatch(/has 1\d\d bytes\. The path of a unix socket has 1 to 107 bytes/);
    const run = start(process.execPath, ['dist/cli/main.js', 'run', 'test/fixtures/cli-graceful.sh', '--for', '1s'], {
      RXVISOR_HOME: long,
    });
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toMatch(/^rxvisor: other commands cannot reach these services: path: .* bytes/);
  }, 30_000);
});

describe.skipIf(!hasPython)('on a terminal', () => {
  it('list has colours and fits; logs -f stops at Ctrl-C', async () => {
    const { run, onTerminal } = user();
    await run('start', app, '--name', 'a-name-that-is-rather-long-for-a-narrow-terminal');
    const wide = onTerminal(120, 'list');
    const narrow = onTerminal(40, 'list');
    await Promise.all([wide.ended, narrow.ended]);
    expect(wide.stdout()).toContain('\u001B[32monline');
    const lines = narrow.stdout().replace(colours, '').trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.length).toBeLessThan(40);
    const logs = onTerminal(80, 'logs', '-f');
    await logs.says(/^tick\r$/m);
    logs.process.stdin!.write(CTRL_C);
    expect(await logs.ended).toEqual({ code: null, signal: 'SIGINT' });
  }, 30_000);
});

/** A user with two children, one of them with a space in its name. */
async function userOfTwo(): Promise<Commands> {
  const one = user();
  for (const name of ['my web', 'worker']) await one.run('start', app, '--name', name);
  return one;
}

describe('around it', () => {
  it('list loads neither rxjs nor valibot', async () => {
    const { home, run } = user();
    await run('start', app);
    const coverage = join(home, 'loaded');
    const list = start(process.execPath, [main, 'list', '--json'], { RXVISOR_HOME: home, NODE_V8_COVERAGE: coverage });
    await list.ended;
    const loaded = readdirSync(coverage)
      .map((name) => readFileSync(join(coverage, name), 'utf8'))
      .join('');
    expect(loaded).toContain('/list.chunk.js');
    expect(loaded).not.toMatch(/node_modules\/(rxjs|valibot)/);
  });

  it('bash completes commands, options, and the names there are', async () => {
    const { home, run } = await userOfTwo();
    const { out } = await run('completion', 'bash');
    const script = join(home, 'completion.bash');
    writeFileSync(
      script,
      `rxvisor() { "${process.execPath}" dist/cli/main.js "$@"; }\n${out}
complete_it() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rxvisor; printf '%s|' "\${COMPREPLY[@]}"; echo; }
complete_it rxvisor re; complete_it rxvisor stop ''; complete_it rxvisor stop w; complete_it rxvisor logs --f; complete_it rxvisor completion z\n`,
    );
    const bash = start('bash', [script], { RXVISOR_HOME: home });
    await bash.ended;
    expect(bash.stderr()).toBe('');
    expect(bash.stdout().split('\n')).toEqual([
      'restart|reload|reset|reopen|resurrect|',
      'my web|worker|all|',
      'worker|',
      '--follow|',
      'zsh|',
      '',
    ]);
  }, 60_000);

  it.runIf(hasPython && has('zsh'))(
    'zsh, at its prompt',
    async () => {
      const { home, run } = await userOfTwo();
      const script = join(home, 'rxvisor.zsh');
      const set = `rxvisor() { if [[ $1 == completion && $2 == --names ]]; then "${process.execPath}" ${main} "$@"; else echo "GOT<\${(j:,:)@}>"; fi; }
autoload -Uz compinit; compinit -u -D; PS1='ready> '; unsetopt zle_bracketed_paste 2>/dev/null\n`;
      writeFileSync(script, `${set}${(await run('completion', 'zsh')).out}`);
      const zsh = start('python3', ['test/fixtures/cli-pty.py', '200', '24', 'zsh', '-f', '-i'], {
        RXVISOR_HOME: home,
      });
      const type = (text: string): unknown => zsh.process.stdin!.write(text);
      type(`source ${script}\n`);
      await zsh.says(/ready> /);
      for (const [typed, got] of [
        ['resta\t', /GOT<restart>/],
        ['stop wor\t', /GOT<stop,worker>/],
        ['stop my\t', /GOT<stop,my web>/],
        ['logs --fol\t', /GOT<logs,--follow>/],
        ['completion z\t', /GOT<completion,zsh>/],
      ] as const) {
        type(`rxvisor ${typed}\n`);
        await zsh.says(got);
      }
      type('exit\n');
      await zsh.ended;
    },
    60_000,
  );

  it.runIf(has('fish'))(
    'fish',
    async () => {
      const { home, run } = await userOfTwo();
      const bin = join(home, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'rxvisor'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
      const script = join(home, 'rxvisor.fish');
      writeFileSync(script, (await run('completion', 'fish')).out);
      const lines = ['re', 'stop ', 'logs --f', 'completion z'].map((line) => `complete -C 'rxvisor ${line}'; echo -`);
      const fish = start('fish', ['--no-config', '-c', `source '${script}'; ${lines.join('; ')}`], {
        RXVISOR_HOME: home,
        PATH: `${bin}:${process.env.PATH ?? ''}`,
      });
      await fish.ended;
      expect(fish.stderr()).toBe('');
      expect(fish.stdout().replace(/\t.*$/gm, '').split('\n')).toEqual([
        ...['reload', 'reopen', 'reset', 'restart', 'resurrect', '-'],
        ...['all', 'my web', 'worker', '-'],
        ...['--follow', '-'],
        ...['zsh', '-', ''],
      ]);
    },
    60_000,
  );

  it('startup prints a unit', async () => {
    const { run } = user();
    const unit = await run('startup');
    expect(unit.out).toMatch(/^ExecStart=".*node" ".*main\.js" "daemon" "--resurrect"$/m);
    expect(unit.err).toContain('enable --now rxvisor');
    expect(JSON.parse((await run('startup', '--json')).out)).toMatchObject({
      unit: expect.stringContaining('[Unit]') as string,
    });
  });

  it('import makes a config that runs', async () => {
    const { home, run, list } = user();
    const dump = join(home, 'dump.pm2');
    writeFileSync(
      dump,
      JSON.stringify([
        {
          name: 'old',
          pm_exec_path: app,
          pm_cwd: home,
          exec_interpreter: 'node',
          cron_restart: '0 0 * * *',
          kill_timeout: 500,
        },
      ]),
    );
    const imported = await run('import', dump);
    expect(imported).toMatchObject({ code: 0, err: '' });
    writeFileSync(join(home, 'new.config.json'), imported.out);
    expect(await run('start', join(home, 'new.config.json'))).toMatchObject({ code: 0 });
    expect(await list()).toMatchObject([{ name: 'old', state: 'online' }]);
    writeFileSync(dump, '{}');
    expect((await run('import', dump)).code).toBe(2);
    expect((await run('import', join(home, 'none'))).code).toBe(2);
  }, 30_000);
});
