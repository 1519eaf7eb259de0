import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { daemonLock } from '../../../src/control/discovery/daemonLock.js';
import { folder } from '../rig.js';

function lockIn(state: string, content?: object) {
  const lock = daemonLock({ state });
  if (content !== undefined) writeFileSync(lock.path, JSON.stringify(content), { mode: 0o600 });
  return lock;
}

async function sleeper(): Promise<number> {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child.pid!;
}

describe('the lock of the background manager', () => {
  it('is held until it is released, for this user alone', async () => {
    const state = join(folder(), 'state');
    const lock = daemonLock({ state });
    expect(lock.holder()).toBeUndefined();
    expect(await lock.take()).toBe(true);
    expect(await lock.take()).toBe(true);
    expect(lock.holder()).toBe(process.pid);
    expect(statSync(lock.path).mode & 0o777).toBe(0o600);
    lock.release();
    expect(readdirSync(state)).toEqual([]);
  });

  it('is not taken from a process that lives, nor released for it', async () => {
    const state = folder();
    const pid = await sleeper();
    const lock = lockIn(state, { pid });
    expect(lock.holder()).toBe(pid);
    expect(await lock.take()).toBe(false);
    lock.release();
    expect(lock.holder()).toBe(pid);
  });

  it.each([
    ['a process that has ended', () => ({ pid: spawnSync('true').pid })],
    ['a process that has only the number of the holder', () => ({ pid: process.ppid, startTime: '1' })],
    ['nobody, as it was not written whole', () => ({})],
  ])('is taken from %s', async (_what, content) => {
    const state = folder();
    const lock = lockIn(state, content());
    expect(lock.holder()).toBeUndefined();
    expect(await lock.take()).toBe(true);
    expect(JSON.parse(readFileSync(lock.path, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(readdirSync(state)).toEqual([basename(lock.path)]);
  });

  it('is not held by a process of a machine that shares the folder', async () => {
    const state = folder();
    const pid = await sleeper();
    writeFileSync(join(state, 'daemon-elsewhere.lock'), JSON.stringify({ pid }), { mode: 0o600 });
    expect(await daemonLock({ state }).take()).toBe(true);
  });

  it('is taken again when its folder was removed', async () => {
    const state = folder();
    const lock = daemonLock({ state });
    await lock.take();
    rmSync(state, { recursive: true });
    expect(lock.holder()).toBeUndefined();
    expect(await lock.take()).toBe(true);
    expect(lock.holder()).toBe(process.pid);
  });

  it.runIf(process.platform === 'linux')('is not held by a zombie', async () => {
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void shell.kill('SIGKILL'));
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const lock = lockIn(folder(), { pid });
    expect(lock.holder()).toBe(pid);
    // A shell would reap it; what it has become does not.
    await expect.poll(() => readFileSync(`/proc/${shell.pid!}/cmdline`, 'utf8')).toBe('sleep\x0060\0');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
    expect(lock.holder()).toBeUndefined();
  });
});
