import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { checkSocketPath, managerPaths, socketPath } from '../../../src/control/discovery/managerPaths.js';
import { privateFolder } from '../../../src/control/discovery/privateFolder.js';
import { folder } from '../rig.js';

/** User 1000, whose are the folders that begin with /run/user/1000 and /rt. */
const host = {
  home: () => '/home/me',
  uid: 1_000,
  user: () => 'me',
  ownerOf: (path: string) => (/^\/(run\/user\/1000|rt)/.test(path) ? 1_000 : path === '/theirs' ? 7 : undefined),
};
const without = { ...host, ownerOf: () => undefined };

describe('places', () => {
  it.each([
    [
      'RXVISOR_HOME before all',
      { RXVISOR_HOME: '/r', XDG_RUNTIME_DIR: '/rt', XDG_STATE_HOME: '/s' },
      host,
      ['/r/run'],
      '/r',
    ],
    [
      'XDG_RUNTIME_DIR, then where others may look',
      { XDG_RUNTIME_DIR: '/rt', XDG_STATE_HOME: '/s' },
      host,
      ['/rt/rxvisor', '/run/user/1000/rxvisor', '/s/rxvisor/run'],
      '/s/rxvisor',
    ],
    [
      'the usual one once',
      { XDG_RUNTIME_DIR: '/run/user/1000' },
      host,
      ['/run/user/1000/rxvisor', '/home/me/.local/state/rxvisor/run'],
      '/home/me/.local/state/rxvisor',
    ],
    [
      'by cron',
      {},
      host,
      ['/run/user/1000/rxvisor', '/home/me/.local/state/rxvisor/run'],
      '/home/me/.local/state/rxvisor',
    ],
    ['where there is no logind', {}, without, ['/home/me/.local/state/rxvisor/run'], '/home/me/.local/state/rxvisor'],
    [
      'by su: that of somebody else',
      { XDG_RUNTIME_DIR: '/theirs' },
      without,
      ['/home/me/.local/state/rxvisor/run'],
      '/home/me/.local/state/rxvisor',
    ],
    [
      'what is relative or empty is not valid',
      { RXVISOR_HOME: '', XDG_RUNTIME_DIR: 'a', XDG_STATE_HOME: 'b' },
      without,
      ['/home/me/.local/state/rxvisor/run'],
      '/home/me/.local/state/rxvisor',
    ],
  ])('%s', (_what, env, at, sockets, state) => {
    expect(managerPaths(env, at)).toEqual({ sockets, state, logs: join(state, 'logs') });
  });

  it('on Windows: named pipes', () => {
    expect(managerPaths({ RXVISOR_HOME: '/r' }, { ...host, uid: undefined }).sockets).toEqual([
      String.raw`\\.\pipe\rxvisor-me-`,
    ]);
  });

  it('a relative RXVISOR_HOME would be another one everywhere', () => {
    expect(() => managerPaths({ RXVISOR_HOME: 'here' }, host)).toThrow(
      "RXVISOR_HOME: 'here' is not absolute. Give an absolute path.",
    );
  });

  it('of this process', () => {
    vi.stubEnv('RXVISOR_HOME', '/r');
    expect(managerPaths().sockets).toEqual(['/r/run']);
    vi.stubEnv('RXVISOR_HOME', '');
    expect(managerPaths().state).toMatch(/rxvisor$/);
    vi.unstubAllEnvs();
  });
});

describe('a private folder', () => {
  it('is created with its parents, only for this user', () => {
    const path = join(folder(), 'a', 'b');
    expect(privateFolder(path)).toBe(path);
    expect([path, join(path, '..')].map((made) => statSync(made).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('is made private when it is there', () => {
    const path = join(folder(), 'a');
    mkdirSync(path);
    chmodSync(path, 0o755);
    privateFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('that others can write to is refused, and its mode stays', () => {
    const path = join(folder(), 'a');
    mkdirSync(path);
    for (const mode of [0o777, 0o770, 0o702, 0o1777]) {
      chmodSync(path, mode);
      expect(() => privateFolder(path)).toThrow(/a: other users can write to it \(mode 7\d\d\)\. .*chmod go-w/);
      expect(statSync(path).mode & 0o7777).toBe(mode);
    }
  });

  it('that is a link is refused, and what it leads to stays', () => {
    const at = folder();
    const [target, link] = [join(at, 'target'), join(at, 'link')];
    mkdirSync(target);
    chmodSync(target, 0o755);
    symlinkSync(target, link);
    expect(() => privateFolder(link)).toThrow(/link: is a symbolic link\. Set RXVISOR_HOME to the folder itself\./);
    expect(statSync(target).mode & 0o777).toBe(0o755);
    expect(managerPaths({ RXVISOR_HOME: `${link}/` }, host).state).toBe(link);
    symlinkSync(join(at, 'none'), join(at, 'dangling'));
    expect(() => privateFolder(join(at, 'dangling'))).toThrow(/is a symbolic link/);
  });

  it('that is somebody else’s, or no folder, is refused', () => {
    const file = join(folder(), 'a');
    writeFileSync(file, '');
    expect(() => privateFolder(join(file, 'b'))).toThrow(
      /b: cannot make this folder\. Set RXVISOR_HOME to a folder of your own\./,
    );
    expect(() => privateFolder(file)).toThrow(/a: is not a folder\. Set RXVISOR_HOME/);
    vi.spyOn(process, 'getuid').mockReturnValue(4_711);
    expect(() => privateFolder(folder())).toThrow(/belongs to user \d+\. Set RXVISOR_HOME/);
    vi.restoreAllMocks();
  });
});

describe('the path of a socket', () => {
  it('is checked for its length, which Node 20 is not', () => {
    const longest = `/${'ü'.repeat(50)}/`;
    expect(socketPath(longest, '')).toHaveLength(57);
    expect(() => socketPath(longest, 'x')).toThrow(
      /^path: '\/ü+\/x\.sock' has 108 bytes\. The path of a unix socket has 1 to 107 bytes/,
    );
    expect(() => checkSocketPath('')).toThrow("path: '' is not a path. Give the path of a unix socket.");
  });
});
