import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChildSpec, managed$, SpecError } from '../../src/index.js';
import { exits, fixture, folder, typesOf, watch } from './bench.js';

/** What `report` says of how it was started. */
async function report(spec: ChildSpec): Promise<Record<string, unknown>> {
  const child = watch({ restartAt: [], ...spec });
  const events = await child.ended();
  expect(typesOf(events)).toEqual(['spawned', 'ready', 'exited']);
  expect(exits(events)[0]).toMatchObject({ code: 0, signal: null });
  return JSON.parse(child.output('stdout')) as Record<string, unknown>;
}

describe('a Node script', () => {
  it.each(['report.js', 'report.cjs', 'report'])(
    '%s is forked, with IPC, arguments, execArgv and cwd',
    async (name) => {
      const cwd = folder();
      copyFileSync(fixture('report.cjs'), join(cwd, name));
      expect(await report({ script: name, cwd, args: ['a b', ''], execArgv: ['--no-warnings'] })).toEqual({
        args: ['a b', ''],
        execArgv: ['--no-warnings'],
        cwd,
        paint: null,
        gone: null,
        ipc: true,
      });
    },
  );

  it('.mjs is forked as a module', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'main.mjs'), `import { connected } from 'node:process'; console.log({ connected });`);
    const child = watch({ script: 'main.mjs', cwd });
    await child.ended();
    expect(child.output()).toBe('{ connected: true }\n');
  });

  it('gets the environment of the manager and that of the spec; undefined removes a variable', async () => {
    process.env.GONE = 'here';
    try {
      expect(await report({ script: fixture('report.cjs') })).toMatchObject({ gone: 'here', paint: null });
      const env = { PAINT: 'red', GONE: undefined };
      expect(await report({ script: fixture('report.cjs'), env })).toMatchObject({ gone: null, paint: 'red' });
    } finally {
      delete process.env.GONE;
    }
  });

  it('does not inherit the execArgv of the manager', async () => {
    expect(await report({ script: fixture('report.cjs') })).toMatchObject({ execArgv: [], cwd: process.cwd() });
  });

  it('runs under a Node of one’s own as interpreter, with IPC', async () => {
    const spec = { script: fixture('report.cjs'), interpreter: process.execPath, args: ['x'] };
    expect(await report(spec)).toMatchObject({ ipc: true, args: ['x'] });
  });

  it('is the main of package.json when only a folder is given, index.js without one', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'lib'));
    copyFileSync(fixture('report.cjs'), join(cwd, 'lib', 'main.cjs'));
    writeFileSync(join(cwd, 'package.json'), '{ "main": "lib/main.cjs" }');
    expect(await report({ cwd, args: ['1'] })).toMatchObject({ cwd, args: ['1'], ipc: true });
    copyFileSync(fixture('report.cjs'), join(cwd, 'index.js'));
    writeFileSync(join(cwd, 'package.json'), '{ "main": 7 }');
    expect(await report({ cwd })).toMatchObject({ cwd, ipc: true });
  });

  it('sends and receives messages, structured with the advanced serialization', async () => {
    const child = watch({ script: fixture('listener.mjs'), serialization: 'advanced' });
    await child.said(/listening/);
    const message = new Map([['when', new Date(0)]]);
    child.sendCommand({ type: 'send', message });
    expect(await child.seen('message')).toMatchObject({ message: { echo: message } });
    child.sendCommand({ type: 'send', message: 'bye' });
    expect(exits(await child.ended())[0]).toMatchObject({ code: 0, expected: false });
  });

  it('__proto__ in a message is data', async () => {
    const child = watch({ script: fixture('listener.mjs') });
    await child.said(/listening/);
    child.sendCommand({ type: 'send', message: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') });
    await child.seen('message');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('TypeScript', () => {
  const stripsTypes = 'typescript' in process.features && process.features.typescript !== false;

  it.skipIf(stripsTypes)('is refused, before anything is started, by a Node that cannot read it', () => {
    expect(() => managed$({ script: 'main.ts' })).toThrow(SpecError);
    expect(() => managed$({ script: 'main.ts' })).toThrow(
      /^script: 'main\.ts' is TypeScript, and Node v[\d.]+ cannot run it without a loader\. Give one: execArgv: \['--import', 'tsx'\]\.$/,
    );
  });

  it('runs with a loader in execArgv', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'main.ts'), 'const who: string = "typed"; console.log(who);');
    const child = watch({ script: 'main.ts', cwd, execArgv: ['--import', fixture('loader.mjs')] });
    expect(exits(await child.ended())[0]).toMatchObject({ code: 0 });
    expect(child.output('stdout')).toBe('typed\n');
  });
});

describe('other programs', () => {
  it('.py runs under python3, without IPC', async () => {
    const cwd = folder();
    const env = { PAINT: 'red' };
    expect(await report({ script: fixture('report.py'), cwd, env, args: ['a b'] })).toEqual({
      args: ['a b'],
      cwd,
      paint: 'red',
      file: fixture('report.py'),
    });
  });

  it('.sh runs under bash, executable or not', async () => {
    const cwd = folder();
    const child = watch({ script: fixture('report.sh'), cwd, env: { PAINT: 'red' }, args: ['a', 'b'] });
    await child.ended();
    expect(child.output()).toBe(`${cwd} a b red\n`);
  });

  it('an interpreter runs a script of any name', async () => {
    const child = watch({ script: fixture('report.cjs'), interpreter: 'cat' });
    await child.ended();
    expect(child.output()).toContain('// Says how it was started.');
  });

  it('a command is looked up in PATH, a path to one in the cwd of the child', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'tool'), '#!/bin/sh\necho tool "$@"\n', { mode: 0o755 });
    const named = watch({ command: 'echo', args: ['named', '$HOME *'] });
    await named.ended();
    expect(named.output()).toBe('named $HOME *\n');
    const pathed = watch({ command: './tool', cwd, args: ['1'] });
    await pathed.ended();
    expect(pathed.output()).toBe('tool 1\n');
  });

  it('its output and exit code are reported, a code apart from a signal', async () => {
    const code = watch({ command: 'sh', args: ['-c', 'exit 7'], restartAt: [] });
    expect(exits(await code.ended())[0]).toMatchObject({ code: 7, signal: null, expected: false, attempt: 1 });
    const signal = watch({ command: 'sh', args: ['-c', 'kill -9 $$'], restartAt: [] });
    const events = await signal.ended();
    expect(exits(events)[0]).toMatchObject({ code: null, signal: 'SIGKILL', expected: false });
    expect(events.at(-1)).toEqual({ type: 'gaveUp', reason: 'never', attempt: 1 });
  });

  it('leads a process group of its own', async () => {
    const child = watch({ command: 'sh', args: ['-c', 'cut -d" " -f5 /proc/$$/stat'] });
    const { pid } = await child.seen('spawned');
    await child.ended();
    expect(Number(child.output())).toBe(pid);
  });
});

describe('what cannot be started is an event, on the schedule', () => {
  it.each<[what: string, code: string, make: (cwd: string) => ChildSpec]>([
    ['a command that is not there', 'ENOENT', () => ({ command: 'no-such-program' })],
    ['a path that is not there', 'ENOENT', (cwd) => ({ command: join(cwd, 'nothing') })],
    [
      'a file that is not executable',
      'EACCES',
      (cwd) => {
        writeFileSync(join(cwd, 'file'), '#!/bin/sh\n');
        chmodSync(join(cwd, 'file'), 0o644);
        return { command: './file', cwd };
      },
    ],
    ['a folder', 'EACCES', (cwd) => ({ command: cwd })],
    ['an interpreter that is not there', 'ENOENT', () => ({ script: 'a.py', interpreter: 'no-such-python' })],
    ['a cwd that is not there', 'ENOENT', (cwd) => ({ command: 'echo', cwd: join(cwd, 'nowhere') })],
    [
      'a cwd inside a file',
      'ENOTDIR',
      (cwd) => {
        writeFileSync(join(cwd, 'file'), '');
        return { command: 'echo', cwd: join(cwd, 'file', 'x') };
      },
    ],
    [
      'a cwd that is a file',
      'ENOTDIR',
      (cwd) => {
        writeFileSync(join(cwd, 'file'), '');
        return { command: 'echo', cwd: join(cwd, 'file') };
      },
    ],
    ['a folder without package.json', 'ENOENT', (cwd) => ({ cwd })],
    [
      'a package.json that is rubbish',
      'UNKNOWN',
      (cwd) => {
        writeFileSync(join(cwd, 'package.json'), '{ main:');
        return { cwd };
      },
    ],
    [
      'a main that nothing is known to run',
      'UNKNOWN',
      (cwd) => {
        writeFileSync(join(cwd, 'package.json'), '{ "main": "main.exe" }');
        return { cwd };
      },
    ],
  ])('%s: %s', async (_what, code, make) => {
    const child = watch({ name: 'x', ...make(folder()), restartAt: [5, 10], limit: { max: 2, within: 60_000 } });
    const events = await child.ended();
    expect(typesOf(events)).toEqual([
      'spawnFailed',
      'backingOff',
      'spawnFailed',
      'backingOff',
      'spawnFailed',
      'gaveUp',
    ]);
    expect(events[0]).toMatchObject({ type: 'spawnFailed', code, name: 'x', attempt: 1 });
    expect(Reflect.get(events[0]!, 'message')).toMatch(/\w/);
  });

  it('runs once it is there: each run looks anew', async () => {
    const cwd = folder();
    const child = watch({ cwd, restartAt: [10] });
    await child.seen('spawnFailed');
    copyFileSync(fixture('report.cjs'), join(cwd, 'index.js'));
    writeFileSync(join(cwd, 'package.json'), '{}');
    expect(typesOf(await child.ended()).slice(-3)).toEqual(['spawned', 'ready', 'exited']);
  });
});
