import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, lstatSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../eventually.js';
import { tail$ } from '../../src/index.js';
import { folder, read, typesOf, watch } from '../real/bench.js';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, n) => `${from + n}\n`).join('');
const rotate = { size: 200, keep: 1, gzip: true };
const hundred = { command: 'seq', args: ['100'] };

/** The null device, made anew in the test's own folder. */
function device(path: string): boolean {
  return spawnSync('mknod', [path, 'c', '1', '3']).status === 0;
}
const canMake = device(join(folder(), 'try'));

function fifo(cwd: string): string {
  const path = join(cwd, 'a.log');
  execFileSync('mkfifo', [path]);
  return path;
}

/** A child's log in pieces, the oldest first. */
function pieces(cwd: string): string[] {
  const names = readdirSync(cwd).filter((name) => name.startsWith('a.log.'));
  return names
    .sort()
    .map((name) =>
      name.endsWith('.gz') ? gunzipSync(readFileSync(join(cwd, name))).toString() : read(join(cwd, name)),
    );
}

describe('a log that is no regular file is written to, and that is all', () => {
  it.skipIf(!canMake)('a device is not renamed, rotated, synced or removed', async () => {
    const cwd = folder();
    const log = join(cwd, 'null');
    device(log);
    const made = lstatSync(log);
    const events = await watch({ ...hundred, log: { file: log, rotate, fsync: 'end' } }).ended();
    expect(typesOf(events)).toEqual(['spawned', 'ready', 'exited']);
    expect(readdirSync(cwd)).toEqual(['null']);
    expect(lstatSync(log)).toMatchObject({ ino: made.ino, rdev: made.rdev, mode: made.mode });
  });

  it.each([{ rotate }, { direct: true }])('a FIFO gets all lines in order: %o', async (options) => {
    const cwd = folder();
    const log = fifo(cwd);
    const reader = spawn('cat', [log], { stdio: ['ignore', 'pipe', 'ignore'] });
    const received = text(reader.stdout);
    // Opens only once somebody reads.
    const held = openSync(log, constants.O_WRONLY);
    const events = await watch({
      command: 'seq',
      args: ['50000'],
      output: false,
      log: { file: log, ...options },
    }).ended();
    closeSync(held);
    expect(typesOf(events).slice(-1)).toEqual(['exited']);
    expect(readdirSync(cwd)).toEqual(['a.log']);
    expect((await received) === numbers(1, 50_000)).toBe(true);
  });

  it('a FIFO that nobody reads is reported and blocks neither the child nor the manager', async () => {
    const log = fifo(folder());
    const events = await watch({ ...hundred, log: { file: log, rotate } }).ended();
    const failed = events.find((event) => event.type === 'logFailed');
    expect(failed).toMatchObject({
      path: log,
      code: 'ENXIO',
      message: expect.stringContaining('a FIFO without a reader') as string,
    });
    const direct = await watch({ ...hundred, output: false, restartAt: [], log: { file: log, direct: true } }).ended();
    expect(direct[0]).toMatchObject({ type: 'spawnFailed', code: 'ENXIO' });
    expect(lstatSync(log).isFIFO()).toBe(true);
  });

  it('a socket is refused by an error that names it, and stays', async () => {
    const log = join(folder(), 'a.log');
    const server = createServer().listen(log);
    await once(server, 'listening');
    const events = await watch({ ...hundred, log: { file: log, rotate } }).ended();
    const isSocket = lstatSync(log).isSocket();
    await promisify(server.close.bind(server))();
    expect(isSocket).toBe(true);
    expect(events.find((event) => event.type === 'logFailed')).toMatchObject({
      path: log,
      message: expect.stringContaining('is a socket') as string,
    });
  });

  it('what only bears the name of a rotated log is neither removed nor compressed', async () => {
    const cwd = folder();
    const name = (n: number): string => join(cwd, `a.log.2020-01-0${n}T00-00-00.000Z`);
    execFileSync('mkfifo', [name(1)]);
    mkdirSync(name(2));
    symlinkSync('elsewhere', name(3));
    const child = watch({
      command: 'sh',
      args: ['-c', 'seq 100; exec sleep 60'],
      log: { file: join(cwd, 'a.log'), rotate },
    });
    await eventually(() => {
      expect(readdirSync(cwd).filter((name) => name.endsWith('Z.gz'))).toHaveLength(1);
    });
    await child.stop();
    expect([lstatSync(name(1)).isFIFO(), lstatSync(name(2)).isDirectory(), readlinkSync(name(3))]).toEqual([
      true,
      true,
      'elsewhere',
    ]);
  });
});

describe('a log that is a link', () => {
  it('stays one: what it leads to is rotated, and followed over its rotations', async () => {
    const [cwd, disk] = [folder(), folder()];
    const log = join(cwd, 'web.log');
    symlinkSync(join(disk, 'a.log'), log);
    const go = join(cwd, 'go');
    const said: string[] = [];
    const following = tail$(log, { lines: Infinity, follow: true }).subscribe((text) => said.push(text));
    const script = `seq 30; until [ -e ${go} ]; do sleep 0.01; done; seq 31 100`;
    const child = watch({ command: 'sh', args: ['-c', script], log: { file: log, rotate: { size: 100, keep: 100 } } });
    await eventually(() => {
      expect(said.join('')).toBe(numbers(1, 30));
    });
    writeFileSync(go, '');
    await child.ended();
    await eventually(() => {
      expect(said.join('')).toBe(numbers(1, 100));
    });
    following.unsubscribe();
    expect(readdirSync(cwd).sort()).toEqual(['go', 'web.log']);
    expect(readlinkSync(log)).toBe(join(disk, 'a.log'));
    expect(pieces(disk).length).toBeGreaterThan(1);
    expect(pieces(disk).join('') + read(log)).toBe(numbers(1, 100));
    expect((await lastValueFrom(tail$(log, { lines: 3 }).pipe(toArray()))).join('')).toBe('98\n99\n100\n');
  });

  it('is followed to where it leads now, when it is switched', async () => {
    const cwd = folder();
    const at = (name: string): string => join(cwd, name);
    symlinkSync('monday.log', at('a.log'));
    const script = `until [ -e ${at('tuesday.log')} ]; do echo monday; sleep 0.01; done; echo tuesday`;
    const child = watch({
      command: 'sh',
      args: ['-c', script],
      log: { file: at('a.log'), rotate: { size: 1_000_000 } },
    });
    await child.said(/^monday$/);
    await eventually(() => {
      expect(read(at('monday.log'))).toMatch(/^monday/);
    });
    symlinkSync('tuesday.log', at('next'));
    renameSync(at('next'), at('a.log'));
    await child.ended();
    expect(read(at('tuesday.log'))).toMatch(/^monday\n(?:monday\n)*tuesday\n$/);
    expect(read(at('monday.log')) + read(at('tuesday.log'))).toBe(child.output());
    expect(readdirSync(cwd).sort()).toEqual(['a.log', 'monday.log', 'tuesday.log']);
  });
});

describe("a log that is one of the manager's own streams", () => {
  const manager = (cwd: string, body: string): string => {
    const script = join(cwd, 'manager.mjs');
    writeFileSync(script, `import { supervise } from ${JSON.stringify(resolve('dist/index.js'))};\n${body}`);
    return script;
  };
  const child = `command: 'sh', args: ['-c', 'seq 1000; echo oops >&2']`;

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', 'link.log'])('%s is written through it', async (stdout) => {
    const cwd = folder();
    symlinkSync('/dev/stdout', join(cwd, 'link.log'));
    const script = manager(
      cwd,
      `supervise([{ ${child}, log: { stdout: '${stdout}', stderr: '/dev/stderr', rotate: { size: 100, gzip: true, keep: 1 } } }]);`,
    );
    // What Node calls a pipe is a socket here, which nobody can open by its path.
    const piped = spawnSync(process.execPath, [script], { cwd, encoding: 'utf8', timeout: 15_000 });
    expect([piped.stdout, piped.stderr]).toEqual([numbers(1, 1_000), 'oops\n']);
    const out = openSync(join(cwd, 'out'), 'a');
    spawnSync(process.execPath, [script], { cwd, stdio: ['ignore', out, 'ignore'], timeout: 15_000 });
    closeSync(out);
    expect(read(join(cwd, 'out'))).toBe(numbers(1, 1_000));
    expect(readdirSync(cwd).sort()).toEqual(['link.log', 'manager.mjs', 'out']);
    expect(readlinkSync(join(cwd, 'link.log'))).toBe('/dev/stdout');
  });

  it('is what a child gets that writes its log itself', () => {
    const cwd = folder();
    const log = `{ stdout: '/dev/stdout', stderr: '/dev/stderr', direct: true }`;
    const script = manager(cwd, `supervise([{ ${child}, output: false, log: ${log} }]);`);
    const { stdout, stderr } = spawnSync(process.execPath, [script], { cwd, encoding: 'utf8', timeout: 15_000 });
    expect([stdout, stderr]).toEqual([numbers(1, 1_000), 'oops\n']);
  });
});

it('two managers that rotate and compress one log lose no line and spoil no file', async () => {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'manager.mjs'),
    `import { supervise } from ${JSON.stringify(resolve('dist/index.js'))};
    const name = process.argv[2];
    const script = 'for i in $(seq 20); do for j in $(seq 250); do echo ' + name + ' $((i * 250 + j)); done; sleep 0.1; done';
    const log = { file: 'a.log', rotate: { size: 10_000, keep: 1_000, gzip: true } };
    const supervisor = supervise([{ command: 'sh', args: ['-c', script], output: false, log }]);
    supervisor.event$.subscribe((event) => { if (event.type === 'logFailed') console.log(JSON.stringify(event)); });`,
  );
  const managers = ['a', 'b', 'c'].map((name) =>
    spawn(process.execPath, ['manager.mjs', name], { cwd, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const said = await Promise.all(managers.map(async ({ stdout }) => text(stdout)));
  expect(said).toEqual(['', '', '']);
  const lines = [...pieces(cwd), read(join(cwd, 'a.log'))].join('').split('\n').slice(0, -1);
  for (const name of ['a', 'b', 'c']) {
    const own = lines.filter((line) => line.startsWith(name)).sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
    expect(own).toEqual(Array.from({ length: 5_000 }, (_, n) => `${name} ${n + 251}`));
  }
  expect(readdirSync(cwd).filter((name) => /lock|part/.test(name))).toEqual([]);
  expect(readdirSync(cwd).filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(0);
});
