import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { delayWhen, timer } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { nodeEffects } from '../../src/index.js';
import { exits, fixture, folder, read, typesOf, watch } from './bench.js';

const numbers = (count: number): string => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join('');

describe('what a child wrote is in its log', () => {
  it.each(['abort', 'kill', 'throw'])('has all of 100,000 lines, also when the child ends by %s', async (how) => {
    const cwd = folder();
    const log = join(cwd, 'logs', 'deep', 'flood.log');
    const child = watch({
      script: fixture('flood.mjs'),
      args: ['100000', how],
      cwd,
      log: { stdout: log },
      restartAt: [],
    });
    const events = await child.ended();
    expect(exits(events)[0]).toMatchObject(how === 'throw' ? { code: 1 } : { code: null });
    expect(read(log) === numbers(100_000)).toBe(true);
    expect(child.output('stdout') === numbers(100_000)).toBe(true);
  });

  it('appended to what is there, for each run', async () => {
    const log = join(folder(), 'a.log');
    writeFileSync(log, 'before\n');
    const spec = { command: 'sh', args: ['-c', 'echo run; exit 1'], restartAt: [1], limit: { max: 2, within: 60_000 } };
    await watch({ ...spec, log }).ended();
    expect(read(log)).toBe('before\nrun\nrun\nrun\n');
  });

  it('without output events, too', async () => {
    const log = join(folder(), 'a.log');
    const child = watch({ command: 'seq', args: ['1000'], log, output: false });
    expect((await child.ended()).map(({ type }) => type)).toEqual(['spawned', 'ready', 'exited']);
    expect(read(log).trimEnd().split('\n')).toHaveLength(1000);
  });

  it('from both streams to one file, or each to its own, or to one file by two names', async () => {
    const cwd = folder();
    const path = (name: string): string => join(cwd, name);
    const spec = { command: 'sh', args: ['-c', 'echo out; echo err >&2'] };
    await watch({ ...spec, log: path('both.log') }).ended();
    expect(read(path('both.log')).split('\n').sort()).toEqual(['', 'err', 'out']);
    await watch({ ...spec, log: { stdout: path('out.log'), stderr: path('err.log') } }).ended();
    expect([read(path('out.log')), read(path('err.log'))]).toEqual(['out\n', 'err\n']);
    await watch({ ...spec, log: { stdout: path('one.log'), stderr: path('./x/../one.log') } }).ended();
    expect(read(path('one.log')).split('\n').sort()).toEqual(['', 'err', 'out']);
    await watch({ ...spec, log: { stderr: path('only.log') } }).ended();
    expect(read(path('only.log'))).toBe('err\n');
  });

  it('two children in the same file: their lines interleave, and no line is split', async () => {
    const log = join(folder(), 'shared.log');
    const children = ['a', 'b'].map((name) =>
      watch({
        name,
        script: fixture('numberedLines.mjs'),
        args: [name, '5000'],
        log: { file: log, format: 'prefixed' },
      }),
    );
    for (const child of children) {
      await child.said(/5000$/);
      child.sendCommand({ type: 'send', message: 'end' });
    }
    await Promise.all(children.map(async (child) => child.ended()));
    const lines = read(log).trimEnd().split('\n');
    expect(lines).toHaveLength(10_000);
    for (const [name, odd] of [
      ['a', 1],
      ['a', 0],
      ['b', 1],
      ['b', 0],
    ] as const) {
      const its = lines.filter((line) => line.startsWith(`${name}: ${name} `)).map((line) => Number(line.slice(5)));
      const ofStream = its.filter((n) => n % 2 === odd);
      expect(ofStream).toEqual(Array.from({ length: 2500 }, (_, n) => 2 * n + (odd === 1 ? 1 : 2)));
    }
  });

  it('in the format that was asked for', async () => {
    const cwd = folder();
    const spec = { name: 'api', command: 'echo', args: ['one\ntwo'] };
    const log = async (format: 'plain' | 'prefixed' | 'json' | ((line: string) => string)): Promise<string> => {
      const file = join(cwd, String(readdirSync(cwd).length));
      await watch({ ...spec, log: { file, format } }).ended();
      return read(file);
    };
    expect(await log('plain')).toBe('one\ntwo\n');
    expect(await log('prefixed')).toBe('api: one\napi: two\n');
    expect(await log((line) => line.toUpperCase())).toBe('ONE\nTWO\n');
    const json = (await log('json'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(json).toMatchObject([
      { name: 'api', stream: 'stdout', line: 'one' },
      { name: 'api', stream: 'stdout', line: 'two' },
    ]);
    expect(json[0]!.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('stripANSI removes ANSI sequences, also when the pipe splits them; events keep them', async () => {
    const log = join(folder(), 'a.log');
    const text = '\u001B[31mröt\u001B[39m \u001B]0;title\u0007done €𝄞\n\u001B]0;no end\nnext\n';
    const child = watch({ script: fixture('bytes.mjs'), args: [text], log: { stdout: log }, stripANSI: true });
    await child.ended();
    expect(child.output('stdout')).toBe(text);
    expect(child.output('stderr')).toBe(text);
    expect(read(log)).toBe('röt done €𝄞\n\u001B]0;no end\nnext\n');
  });
});

describe('a log that cannot be written is an event, and the child goes on', () => {
  it.each<[what: string, code: string, at: (cwd: string) => string]>([
    ['a folder', 'EISDIR', (cwd) => cwd],
    [
      'in a folder that is a file',
      'ENOTDIR',
      (cwd) => {
        writeFileSync(join(cwd, 'file'), '');
        return join(cwd, 'file', 'a.log');
      },
    ],
    ['on a disk that is full', 'ENOSPC', () => '/dev/full'],
    ['where nothing can be made', 'ENOENT', () => '/proc/none/a.log'],
    [
      'behind a link that leads nowhere',
      'ENOENT',
      (cwd) => {
        symlinkSync('nowhere', join(cwd, 'link'));
        return join(cwd, 'link', 'deep', 'a.log');
      },
    ],
    [
      'a link that goes in circles',
      'ELOOP',
      (cwd) => {
        symlinkSync('loop', join(cwd, 'loop'));
        return join(cwd, 'loop');
      },
    ],
  ])('%s: %s', async (_what, code, at) => {
    const log = at(folder());
    const child = watch({ name: 'x', script: fixture('numberedLines.mjs'), args: ['x', '2'], log });
    const failed = await child.seen('logFailed');
    expect(failed).toMatchObject({ path: log, code, dropped: 0, name: 'x', attempt: 1 });
    child.sendCommand({ type: 'send', message: 'go on' });
    await child.said(/^x 3$/);
    child.sendCommand({ type: 'send', message: 'end' });
    const events = await child.ended();
    expect(exits(events)[0]).toMatchObject({ code: 0, expected: false });
    const dropped = events.reduce((sum, event) => sum + (event.type === 'logFailed' ? event.dropped : 0), 0);
    expect(dropped).toBe(3);
  });

  it('and is written once it can be: nothing is lost', async () => {
    const cwd = folder();
    const log = join(cwd, 'a.log');
    mkdirSync(log);
    const child = watch({ script: fixture('numberedLines.mjs'), args: ['x', '2'], log: { stdout: log } });
    await child.seen('logFailed');
    renameSync(log, join(cwd, 'away'));
    await vi.waitFor(() => {
      expect(read(log)).toBe('x 1\n');
    }, 10_000);
    await child.stop();
  });
});

describe('reopenLogs', () => {
  it('goes on in a new file after a rename; nothing is lost between', async () => {
    const cwd = folder();
    const log = join(cwd, 'a.log');
    const count = 'i=0; while :; do i=$((i + 1)); echo $i; done';
    const child = watch({ command: 'bash', args: ['-c', count], log });
    for (const turn of [1, 2, 3]) {
      await eventually(() => {
        expect(read(log)).not.toBe('');
      });
      renameSync(log, join(cwd, `a.${turn}`));
      child.sendCommand({ type: 'reopenLogs' });
    }
    await eventually(() => {
      expect(read(log)).not.toBe('');
    });
    await child.stop();
    const all = ['a.1', 'a.2', 'a.3', 'a.log'].map((name) => read(join(cwd, name))).join('');
    expect(all === child.output()).toBe(true);
    const last = all.trimEnd().split('\n').length;
    expect(all === Array.from({ length: last }, (_, n) => `${n + 1}\n`).join('')).toBe(true);
  });

  it('makes the new file at once, and all who share it go on there', async () => {
    const cwd = folder();
    const log = join(cwd, 'a.log');
    const [a, b] = ['a', 'b'].map((name) => watch({ script: fixture('numberedLines.mjs'), args: [name, '1'], log }));
    await Promise.all([a!.said(/a 1/), b!.said(/b 1/)]);
    await eventually(() => {
      expect(read(log).split('\n').sort()).toEqual(['', 'a 1', 'b 1']);
    });
    renameSync(log, join(cwd, 'old'));
    a!.sendCommand({ type: 'reopenLogs' });
    await eventually(() => {
      expect(read(log)).toBe('');
    });
    b!.sendCommand({ type: 'send', message: 'go on' });
    await eventually(() => {
      expect(read(log)).toBe('b 2\n');
    });
    await Promise.all([a!.stop(), b!.stop()]);
    expect(read(join(cwd, 'old')).split('\n').sort()).toEqual(['', 'a 1', 'b 1']);
  });
});

it('a flood to a slow disk: memory stays bounded, the child slows down, and no line is lost', async () => {
  const log = join(folder(), 'a.log');
  let emitted = 0;
  let written = 0;
  let most = 0;
  const effects = {
    ...nodeEffects,
    logs: new Map<never, never>(),
    write$: (fd: number, chunks: readonly Uint8Array[]) => {
      written += chunks.reduce((sum, { length }) => sum + length, 0);
      return nodeEffects.write$(fd, chunks).pipe(delayWhen(() => timer(5)));
    },
  };
  const count = 1_500_000;
  const child = watch({ command: 'seq', args: [String(count)], log }, effects);
  for (let seen = 0, over = false; !over;) {
    await eventually(() => {
      expect(child.events.length).toBeGreaterThan(seen);
    });
    for (; seen < child.events.length; seen += 1) {
      const event = child.events[seen]!;
      if (event.type === 'output') emitted += event.text.length;
      over ||= event.type === 'exited';
    }
    most = Math.max(most, emitted - written);
  }
  await child.ended();
  const whole = Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');
  expect(read(log) === whole).toBe(true);
  expect(typesOf(child.events)).toEqual(['spawned', 'ready', 'exited']);
  expect(most).toBeLessThan(2_000_000);
});
