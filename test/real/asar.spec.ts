import { createPackageWithOptions, extractFile } from '@electron/asar';
import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Effects, nodeEffects } from '../../src/index.js';
import { exits, fixture, folder, typesOf, watch } from './bench.js';

// What Electron teaches its embedded Node: its `child_process.fork` runs scripts out of archives.
const execArgv = ['--require', fixture('asarHook.cjs')];
let resources = '';
let archive = '';

beforeEach(async () => {
  resources = folder();
  archive = join(resources, 'app.asar');
  const app = join(resources, 'app');
  mkdirSync(join(app, 'lib'), { recursive: true });
  cpSync(fixture('report.cjs'), join(app, 'lib', 'report.cjs'));
  cpSync(fixture('report.py'), join(app, 'lib', 'report.py'));
  writeFileSync(join(app, 'lib', 'tool'), '#!/bin/sh\necho "tool in $PWD"\n', { mode: 0o755 });
  writeFileSync(join(app, 'main.cjs'), `require('./lib/report.cjs');`);
  writeFileSync(join(app, 'package.json'), '{ "main": "main.cjs" }');
  await createPackageWithOptions(app, archive, { unpack: '{*.py,tool}' });
  expect(statSync(archive).isFile()).toBe(true);
  expect(existsSync(join(`${archive}.unpacked`, 'lib', 'report.py'))).toBe(true);
  expect(existsSync(join(`${archive}.unpacked`, 'lib', 'report.cjs'))).toBe(false);
});

async function report(spec: Parameters<typeof watch>[0], effects?: Effects): Promise<Record<string, unknown>> {
  const child = watch({ restartAt: [], ...spec }, effects);
  const events = await child.ended();
  expect(child.output('stderr')).toBe('');
  expect(typesOf(events)).toEqual(['spawned', 'ready', 'exited']);
  expect(exits(events)[0]).toMatchObject({ code: 0 });
  return JSON.parse(child.output()) as Record<string, unknown>;
}

describe('a path in an archive', () => {
  it('becomes a path in app.asar.unpacked for Python', async () => {
    expect(await report({ script: join(archive, 'lib', 'report.py'), cwd: resources, args: ['x'] })).toMatchObject({
      file: join(`${archive}.unpacked`, 'lib', 'report.py'),
      cwd: resources,
      args: ['x'],
    });
  });

  it('and so is a cwd in it', async () => {
    expect(await report({ script: 'report.py', cwd: join(archive, 'lib') })).toMatchObject({
      file: join(`${archive}.unpacked`, 'lib', 'report.py'),
      cwd: join(`${archive}.unpacked`, 'lib'),
    });
  });

  it('is turned into app.asar.unpacked for a command', async () => {
    const child = watch({ command: './tool', cwd: join(archive, 'lib'), restartAt: [] });
    expect(exits(await child.ended())[0]).toMatchObject({ code: 0 });
    expect(child.output()).toBe(`tool in ${join(`${archive}.unpacked`, 'lib')}\n`);
  });

  it('stays unchanged for a Node script; its cwd becomes the unpacked folder', async () => {
    const spec = { script: 'report.cjs', cwd: join(archive, 'lib'), execArgv, args: ['x'] };
    expect(await report(spec)).toMatchObject({ cwd: resources, args: ['x'], ipc: true });
  });

  it('is moved out of a cwd that is relative, too', async () => {
    const spec = { script: 'report.cjs', cwd: relative(process.cwd(), join(archive, 'lib')), execArgv };
    expect(await report(spec)).toMatchObject({ cwd: resources });
  });

  it('without a script: the main of the package.json in the archive', async () => {
    const readText = (path: string): string =>
      path.startsWith(archive) ? extractFile(archive, relative(archive, path)).toString() : nodeEffects.readText(path);
    const effects = { ...nodeEffects, readText };
    expect(await report({ cwd: archive, execArgv }, effects)).toMatchObject({ cwd: resources, ipc: true });
  });

  it('without Electron’s Node, and without the hook, fails as an event', async () => {
    const child = watch({ script: 'report.cjs', cwd: join(archive, 'lib'), restartAt: [] });
    expect(exits(await child.ended())[0]).toMatchObject({ code: 1 });
    expect(child.output('stderr')).toContain('MODULE_NOT_FOUND');
    const packed = watch({ cwd: archive, restartAt: [] });
    expect((await packed.ended())[0]).toMatchObject({ type: 'spawnFailed', code: 'ENOTDIR' });
  });
});
