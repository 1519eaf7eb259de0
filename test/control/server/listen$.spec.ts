import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { spawnSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import type { Observable } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectSocket, removeStaleSocket } from '../../../src/control/discovery/connectSocket.js';
import { listen$, listenDiscoverable$ } from '../../../src/control/server/listen$.js';
import { managerPaths } from '../../../src/control/discovery/managerPaths.js';
import { withLock } from '../../../src/control/discovery/withLock.js';
import { leaveSocket } from '../leaveSocket.js';
import { folder } from '../rig.js';

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
    (await connectSocket(path, 0)).destroy();
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('never replaces a live one', async () => {
    const path = join(folder(), 'a.sock');
    await serverAt(path);
    expect(await listen(path)).toMatch(/a\.sock: cannot listen: the path is in use\. Give another path\./);
    (await connectSocket(path, 0)).destroy();
  });

  it('never replaces what is no socket', async () => {
    const path = join(folder(), 'a.sock');
    writeFileSync(path, 'mine');
    expect(await listen(path)).toContain('the path is in use');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('of many at once on a stale socket, one wins', async () => {
    const path = join(folder(), 'a.sock');
    leaveSocket(path);
    const outcomes = await Promise.all(Array.from({ length: 8 }, async () => listen(path)));
    expect(outcomes.filter((outcome) => outcome === 'listening')).toHaveLength(1);
    (await connectSocket(path, 0)).destroy();
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('says what is wrong with the folder', async () => {
    expect(await listen(join(folder(), 'none', 'a.sock'))).toContain('cannot listen: ENOENT');
  });

  it('that is given up at once leaves nothing', async () => {
    const path = join(folder(), 'a.sock');
    listen$(path).subscribe().unsubscribe();
    expect(await listen(path)).toBe('listening');
  });
});

describe('listening again', () => {
  /** Listens; gives the paths it has reported. Time goes on only while the test waits. */
  async function follow(source$: Observable<string | Socket>): Promise<readonly string[]> {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const paths: string[] = [];
    const listening = source$.subscribe((what) => {
      if (typeof what === 'string') paths.push(what);
      else what.destroy();
    });
    onTestFinished(() => {
      listening.unsubscribe();
    });
    await vi.waitFor(() => expect(paths).toHaveLength(1));
    return paths;
  }
  /** At one of the next looks. */
  const soon = async (assertion: () => void): Promise<void> =>
    vi.waitFor(
      async () => {
        await vi.advanceTimersByTimeAsync(1_000);
        assertion();
      },
      { timeout: 15_000, interval: 10 },
    );
  const reach = async (path: string): Promise<void> => void (await connectSocket(path, 0)).destroy();

  it('when the socket was removed', async () => {
    const path = join(folder(), 'a.sock');
    const paths = await follow(listen$(path));
    rmSync(path);
    await soon(() => expect(paths).toEqual([path, path]));
    await reach(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['a.sock']);
  });

  it('when the folder was removed, and is there again: it is not ours to make', async () => {
    const at = join(folder(), 'at');
    mkdirSync(at);
    const paths = await follow(listen$(join(at, 'a.sock')));
    rmSync(at, { recursive: true });
    for (let look = 0; look < 3; look += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(existsSync(at)).toBe(false);
    mkdirSync(at);
    await soon(() => expect(paths).toHaveLength(2));
    await reach(paths[1]!);
  });

  it('leaves the socket of another process alone, and takes over when that has ended', async () => {
    const path = join(folder(), 'a.sock');
    const paths = await follow(listen$(path));
    rmSync(path);
    const other = await serverAt(path);
    for (let look = 0; look < 3; look += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(paths).toHaveLength(1);
    let clients = 0;
    other.on('connection', (socket: Socket) => {
      clients += 1;
      socket.destroy();
    });
    await reach(path);
    await vi.waitFor(() => expect(clients).toBeGreaterThan(0));
    await new Promise((resolve) => other.close(resolve));
    await soon(() => expect(paths).toHaveLength(2));
    await reach(path);
  });

  it('unsubscribed removes its own socket, and no other', async () => {
    const path = join(folder(), 'a.sock');
    const listening = listen$(path).subscribe();
    await vi.waitFor(() => expect(existsSync(path)).toBe(true));
    listening.unsubscribe();
    await vi.waitFor(() => expect(readdirSync(dirname(path))).toEqual([]));
    const replaced = listen$(path).subscribe();
    await vi.waitFor(() => expect(existsSync(path)).toBe(true));
    rmSync(path);
    await serverAt(path);
    replaced.unsubscribe();
    await reach(path);
  });

  it('where managers are found: makes the folder again', async () => {
    const home = folder();
    vi.stubEnv('RXVISOR_HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    const paths = await follow(listenDiscoverable$());
    for (const removed of [paths[0]!, join(home, 'run'), home]) {
      const before = paths.length;
      rmSync(removed, { recursive: true });
      await soon(() => expect(paths).toHaveLength(before + 1));
      await reach(paths[0]!);
    }
    expect(new Set(paths)).toEqual(new Set([join(home, 'run', `${process.pid}.sock`)]));
    expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700);
  });

  it('where managers are found: in the folder of the state, while that of the login is gone', async () => {
    const [runtime, state] = [join(folder(), 'runtime'), folder()];
    mkdirSync(runtime);
    vi.stubEnv('RXVISOR_HOME', '');
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    vi.stubEnv('XDG_STATE_HOME', state);
    onTestFinished(() => void vi.unstubAllEnvs());
    const paths = await follow(listenDiscoverable$('daemon'));
    expect(paths).toEqual([join(runtime, 'rxvisor', 'daemon.sock')]);
    rmSync(runtime, { recursive: true });
    await soon(() => expect(paths).toHaveLength(2));
    // The machine may have a folder of this user in /run/user, which comes next.
    expect(managerPaths().sockets.map((folder) => join(folder, 'daemon.sock'))).toContain(paths[1]);
    mkdirSync(runtime);
    expect(managerPaths().sockets).toContain(dirname(paths[1]!));
    await reach(paths[1]!);
  });

  it('under the pid, when another has taken the name meanwhile', async () => {
    const home = folder();
    vi.stubEnv('RXVISOR_HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    const paths = await follow(listenDiscoverable$('daemon'));
    rmSync(paths[0]!);
    await serverAt(paths[0]!);
    await soon(() => expect(paths[1]).toBe(join(home, 'run', `${process.pid}.sock`)));
    await expect(
      new Promise((_resolve, reject) => listenDiscoverable$('daemon').subscribe({ error: reject })),
    ).rejects.toThrow('the path is in use');
  });
});

describe('removeStale', () => {
  it('takes a dead one away, and only that', async () => {
    const at = folder();
    const [dead, live] = [join(at, 'dead'), join(at, 'live')];
    leaveSocket(dead);
    await serverAt(live);
    expect(await Promise.all([dead, live, join(at, 'none')].map(removeStaleSocket))).toEqual([true, false, true]);
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

  it.runIf(process.getuid?.() === 0)('is not held by another user, who can write to the same folder', async () => {
    const path = join(folder(), 'a');
    const theirs = `${path}.lock-1-x`;
    writeFileSync(theirs, '');
    chownSync(theirs, 65_534, 65_534);
    expect(await withLock(path, () => 1)).toBe(1);
  });
});
