import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder, watch } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(async () => {
  await expectNothingLeft();
});

/** A folder with all that people run into. */
function place(): string {
  const root = folder();
  const write = (name: string, text: string, mode = 0o755): void => {
    writeFileSync(join(root, name), text);
    chmodSync(join(root, name), mode);
  };
  write('app.js', '');
  write('app.py', '');
  write('plain', '#!/bin/sh\n', 0o644);
  write('crlf', '#!/bin/sh\r\necho hello\r\n');
  write('orphan', '#!/opt/nowhere/ruby -w\n');
  mkdirSync(join(root, 'sub'));
  mkdirSync(join(root, 'release-3'));
  symlinkSync(join(root, 'release-3'), join(root, 'current'));
  rmSync(join(root, 'release-3'), { recursive: true });
  return root;
}

type Case = readonly [what: string, spec: ChildSpec, code: string, message: RegExp];
const cases: readonly Case[] = [
  [
    'a folder that is not there',
    { command: 'ls', cwd: 'nowhere' },
    'ENOENT',
    /^cwd: '.*\/nowhere' does not exist\. Make/,
  ],
  ['the same, of Node', { script: 'app.js', cwd: 'nowhere' }, 'ENOENT', /^cwd: '.*\/nowhere' does not exist\./],
  ['a folder that is a file', { command: 'ls', cwd: 'app.js' }, 'ENOTDIR', /^cwd: '.*\/app\.js' is not a folder\./],
  [
    'a release that was removed',
    { command: 'ls', cwd: 'current' },
    'ENOENT',
    /^cwd: '.*\/current' is a link to '.*\/release-3', which does not exist\./,
  ],
  ['a program that is not there', { command: './none' }, 'ENOENT', /^command: '.*\/none' does not exist\./],
  ['one that is not in PATH', { command: 'rxvisor-none' }, 'ENOENT', /^command: 'rxvisor-none' is not in PATH\./],
  [
    'a command line, as for a shell',
    { command: 'sleep 5' },
    'ENOENT',
    /^command: 'sleep 5' is not in PATH\. Give only the program here, and its arguments in args\./,
  ],
  ['one that is a folder', { command: './sub' }, 'EACCES', /^command: '.*\/sub' is a folder\./],
  [
    'one that is not executable',
    { command: './plain' },
    'EACCES',
    /^command: '.*\/plain' is not executable\. .*chmod \+x/,
  ],
  ['Windows line endings', { command: './crlf' }, 'ENOENT', /^command: '.*\/crlf' has Windows line endings \(CRLF\)/],
  [
    'an interpreter of the first line that is not there',
    { command: './orphan' },
    'ENOENT',
    /^command: '.*\/orphan': the interpreter '\/opt\/nowhere\/ruby' in its first line \(#!\) does not exist\./,
  ],
  [
    'an interpreter that is not there',
    { script: 'app.py', interpreter: 'python-none' },
    'ENOENT',
    /^interpreter: 'python-none' is not in PATH\./,
  ],
  [
    'an interpreter that nobody has named',
    { script: 'app.py', env: { PATH: '/nowhere' } },
    'ENOENT',
    /^script: its interpreter 'python3' is not in PATH\./,
  ],
  ['no script and no package.json', { cwd: 'sub' }, 'ENOENT', /^script: missing, and .*\/sub\/package\.json/],
];

describe.each(cases)('%s', (_, spec, code, message) => {
  it('is an event that names the field and the path', async () => {
    const root = place();
    const child = watch({ ...spec, cwd: join(root, spec.cwd ?? '.'), ...absolute(spec, root), restartAt: [] });
    const failed = await child.seen('spawnFailed');
    expect(failed.message).toMatch(message);
    expect(failed.code).toBe(code);
  });

  it('is an error of a config before anything runs', async () => {
    const root = place();
    const config = join(root, 'services.config.json');
    const other = { command: 'touch', args: [join(root, 'ran')] };
    writeFileSync(config, JSON.stringify([other, { name: 'a', ...spec }]));
    for (const command of ['run', 'start']) {
      const program = start(process.execPath, [main, command, config], { RXVISOR_HOME: root });
      expect(await program.ended).toEqual({ code: 2, signal: null });
      const [line = ''] = program.stderr().split('\n');
      const about = `rxvisor: ${config}: services[1] ('a'): `;
      expect(line.slice(0, about.length)).toBe(about);
      expect(line.slice(about.length)).toMatch(message);
    }
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });
});

it.each(['run', 'start'])('%s in a folder that was removed says so', async (command) => {
  const root = place();
  const script = 'cd "$0" && rmdir "$0" && exec "$1" "$2" "$3" app.js';
  const args = ['-c', script, join(root, 'sub'), process.execPath, main, command];
  const program = start('sh', args, { RXVISOR_HOME: root });
  expect(await program.ended).toEqual({ code: 2, signal: null });
  expect(program.stderr()).toBe('rxvisor: app.js: the current folder was removed. Change to another folder with cd.\n');
});

it('a script that is not there is an error of a config before anything runs', async () => {
  const root = place();
  const config = join(root, 'services.config.json');
  writeFileSync(config, JSON.stringify([{ script: 'none.js' }]));
  const program = start(process.execPath, [main, 'run', config], { RXVISOR_HOME: root });
  expect(await program.ended).toEqual({ code: 2, signal: null });
  expect(program.stderr()).toContain(`services[0]: script: '${root}/none.js' does not exist. `);
});

it('too many open files is said as that, and the child is tried again', () => {
  const program = `
    import { openSync } from 'node:fs';
    import { managed$ } from 'rxvisor';
    const event$ = managed$({ command: 'true', restartAt: [1, 0] });
    try { for (;;) openSync('/dev/null'); } catch {}
    event$.subscribe((event) => {
      if (event.type !== 'spawnFailed') return;
      process._rawDebug(event.code + ' ' + event.message);
      process.kill(process.pid, 'SIGKILL');
    });`;
  const script = 'ulimit -n 128; exec "$0" --input-type=module --eval "$1"';
  const { stderr } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  expect(stderr).toMatch(/^EMFILE this process has too many open files\. Raise its limit \(ulimit -n\)/m);
});

/** Scripts follow cwd, commands with a slash, too: here both are those of the folder above a cwd that is wrong. */
function absolute({ script, command }: ChildSpec, root: string): ChildSpec {
  if (script !== undefined) return { script: join(root, script) };
  return command?.startsWith('./') === true ? { command: join(root, command) } : {};
}
