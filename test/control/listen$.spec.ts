import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dial } from '../../src/control/dial.js';
import { listen$ } from '../../src/control/listen$.js';
import { removeStale } from '../../src/control/removeStale.js';
import { withLock } from '../../src/control/withLock.js';
import { leaveSocket } from './leaveSocket.js';
import { folder } from './rig.js';

/** Whether listening there succeeds, or why not. */
async function listen(path: string): Promise<string> {
  return new Promise((resolve) => {
    const listening = listen$(path).subscribe({
      next: (what) => {
        if (typeof what === 'string') resolve('listening');
      },
      error: (error: unknown) => {
        resolve(String(error));
      },
    });
    onTestFinished(() => {
      listening.unsubscribe();
    });
  });
}

async function serverAt(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
}

describe('listening', () => {
  it('replaces the socket of a dead process, for this user alone', async () => {
    const path = join(folder(), 'a.sock');
    leaveSocket(path);
    expect(await listen(path)).toBe('listening');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    (await dial(path, 0)).destroy();
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('never replaces a live one', async () => {
    const path = join(folder(), 'a.sock');
    await serverAt(path);
    expect(await listen(path)).toMatch(/a\.sock: cannot be listened on: it is in use\. Give another path\./);
    (await dial(path, 0)).destroy();
  });

  it('never replaces what is no socket', async () => {
    const path = join(folder(), 'a.sock');
    writeFileSync(path, 'mine');
    expect(await listen(path)).toContain('it is in use');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('of many at once on a stale socket, one wins', async () => {
    const path = join(folder(), 'a.sock');
    leaveSocket(path);
    const outcomes = await Promise.all(Array.from({ length: 8 }, async () => listen(path)));
    expect(outcomes.filter((outcome) => outcome === 'listening')).toHaveLength(1);
    (await dial(path, 0)).destroy();
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('says what is wrong with the folder', async () => {
    expect(await listen(join(folder(), 'none', 'a.sock'))).toContain('cannot be listened on: ENOENT');
  });

  it('that is given up at once leaves nothing', async () => {
    const path = join(folder(), 'a.sock');
    listen$(path).subscribe().unsubscribe();
    expect(await listen(path)).toBe('listening');
  });
});

describe('removeStale', () => {
  it('takes a dead one away, and only that', async () => {
    const at = folder();
    const [dead, live] = [join(at, 'dead'), join(at, 'live')];
    leaveSocket(dead);
    await serverAt(live);
    expect(await Promise.all([dead, live, join(at, 'none')].map(removeStale))).toEqual([true, false, true]);
    expect(readdirSync(at)).toEqual(['live']);
  });
});

describe('withLock', () => {
  it('has one at a time in, and leaves nothing behind', async () => {
    const path = join(folder(), 'a');
    let inside = 0;
    let most = 0;
    const done = await Promise.all(
      Array.from({ length: 10 }, async (_, n) =>
        withLock(path, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          return n;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('is let go of when the work fails', async () => {
    const path = join(folder(), 'a');
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => 1)).toBe(1);
  });

  it('is not held by the dead, nor by a process that has only their pid', async () => {
    const path = join(folder(), 'a');
    const { pid } = spawnSync('true');
    writeFileSync(`${path}.lock-${pid}-x`, '');
    writeFileSync(`${path}.lock-x`, '');
    const old = `${path}.lock-${process.pid}-x`;
    writeFileSync(old, '');
    utimesSync(old, 1, 1);
    expect(await withLock(path, () => 1)).toBe(1);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('waits for who lives', async () => {
    const path = join(folder(), 'a');
    const theirs = `${path}.lock-1-x`;
    writeFileSync(theirs, '');
    let done = false;
    const waiting = withLock(path, () => (done = true));
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    utimesSync(theirs, 1, 1);
    expect(await waiting).toBe(true);
  });
});
