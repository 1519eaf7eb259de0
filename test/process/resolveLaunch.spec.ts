import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { resolveLaunch } from '../../src/process/resolveLaunch.js';
import { resolveSpec } from '../../src/process/resolveSpec.js';
import type { Launch } from '../../src/model/spawnedProcess.js';
import { fakeWorld } from '../fakeEffects.js';

function launch(spec: ChildSpec, effects: Partial<ReturnType<typeof fakeWorld>['effects']> = {}): Launch {
  return resolveLaunch(resolveSpec({ cwd: '/app', ...spec }), { ...fakeWorld().effects, ...effects });
}

describe('resolveLaunch', () => {
  it('runs a Node script with this Node, execArgv before it and arguments behind, with IPC', () => {
    expect(launch({ script: 'a.js', args: ['x'], execArgv: ['-v'], grace: 7 })).toEqual({
      file: '/bin/node',
      specField: 'script',
      args: ['-v', '/app/a.js', 'x'],
      cwd: '/app',
      env: { PATH: '/bin', RXVISOR_MANAGER_PID: '2', RXVISOR_GRACE: '7', RXVISOR_fake: '1' },
      ipc: 'json',
      cookie: 'RXVISOR_fake=1',
      stopSignal: 'SIGTERM',
      grace: 7,
    });
  });

  it('lets a Node script report when it listens, if that is waited for', () => {
    const { args } = launch({ script: 'a.js', execArgv: ['-v'], ready: 'listening' });
    expect(args).toEqual(['--require', resolve('preload/listening.cjs'), '-v', '/app/a.js']);
  });

  it('lays the environment of the spec over the manager’s; undefined takes away; its own marks stay', () => {
    const env = { PATH: undefined, A: '', RXVISOR_MANAGER_PID: 'forged' };
    expect(launch({ script: 'a.js', env }).env).toEqual({
      A: '',
      RXVISOR_MANAGER_PID: '2',
      RXVISOR_GRACE: '200',
      RXVISOR_fake: '1',
    });
  });

  it.each([
    ['echo', 'echo'],
    ['./echo', '/app/echo'],
    ['bin/echo', '/app/bin/echo'],
    ['/bin/echo', '/bin/echo'],
  ])('command %s: %s', (command, file) => {
    expect(launch({ command })).toMatchObject({ file, ipc: false, args: [] });
  });

  it('takes the first interpreter that is in PATH, and the first of all if none is', () => {
    const looked: string[] = [];
    const only = (found: string | undefined) => (path: string) => {
      looked.push(path);
      return path === found;
    };
    const python = { script: 'a.py', env: { PATH: '/x::/y' } };
    expect(launch(python, { isExecutable: only('/y/python') }).file).toBe('python');
    expect(looked).toEqual(['/x/python3', '/y/python3', '/x/python', '/y/python']);
    expect(launch(python, { isExecutable: only('/y/python3') }).file).toBe('python3');
    expect(launch(python, { isExecutable: only(undefined) }).file).toBe('python3');
    expect(launch({ ...python, env: { PATH: undefined } }, { isExecutable: only(undefined) }).file).toBe('python3');
  });

  it('takes an interpreter given by its path without looking', () => {
    const isExecutable = (): boolean => false;
    expect(launch({ script: 'a', interpreter: '/opt/py' }, { isExecutable })).toMatchObject({
      file: '/opt/py',
      args: ['/app/a'],
    });
  });

  it.each([
    ['{"main":"lib/a.js"}', '/app/lib/a.js'],
    ['{"main":""}', '/app/index.js'],
    ['{"main":7}', '/app/index.js'],
    ['{}', '/app/index.js'],
    ['null', '/app/index.js'],
    ['[]', '/app/index.js'],
  ])('package.json %s: %s', (manifest, main) => {
    const readText = (path: string): string => {
      expect(path).toBe(resolve('/app/package.json'));
      return manifest;
    };
    expect(launch({}, { readText }).args).toEqual([main]);
  });

  it('throws what cannot be read, and a main that nothing is known to run', () => {
    const about = 'script: missing, and /app/package.json, whose main would run,';
    expect(() => launch({})).toThrow(`${about} does not exist. Give a script or a command.`);
    expect(() => launch({}, { readText: () => '{' })).toThrow(`${about} cannot be read: `);
    expect(() => launch({}, { readText: () => '{"main":"a.exe"}' })).toThrow(
      "script: there is no default interpreter for '/app/a.exe', the main of /app/package.json. Give an interpreter.",
    );
  });

  it('keeps archives for Node, and turns to what is unpacked for others', () => {
    const cwd = '/opt/app.asar/lib';
    expect(launch({ script: 'a.js', cwd })).toMatchObject({ args: ['/opt/app.asar/lib/a.js'], cwd: '/opt' });
    const unpacked = '/opt/app.asar.unpacked/lib';
    expect(launch({ script: 'a.py', cwd })).toMatchObject({ args: [`${unpacked}/a.py`], cwd: unpacked });
    expect(launch({ command: './tool', cwd })).toMatchObject({ file: `${unpacked}/tool`, cwd: unpacked });
  });
});
