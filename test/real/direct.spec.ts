import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { exits, fixture, folder, read, typesOf, watch } from './bench.js';

describe('log: { direct: true }', () => {
  it('the child writes the file itself, both streams in their order, its folder made', async () => {
    const log = join(folder(), 'deep', 'er', 'a.log');
    const args = ['-c', 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'];
    const child = watch({ command: 'sh', args, output: false, log: { file: log, direct: true } });
    expect(typesOf(await child.ended())).toEqual(['spawned', 'ready', 'exited']);
    expect(read(log)).toBe('out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n');
  });

  it('each stream to its own file; one without a file goes nowhere; what is there stays', async () => {
    const cwd = folder();
    const [out, err] = [join(cwd, 'out.log'), join(cwd, 'err.log')];
    writeFileSync(out, 'before\n');
    const spec = { command: 'sh', args: ['-c', 'echo out; echo err >&2'], output: false };
    await watch({ ...spec, log: { stdout: out, stderr: err, direct: true } }).ended();
    await watch({ ...spec, log: { stderr: err, direct: true } }).ended();
    expect([read(out), read(err)]).toEqual(['before\nout\n', 'err\nerr\n']);
  });

  it('a flood, killed in its midst: what it had written is there, and nothing else', async () => {
    const cwd = folder();
    const log = join(cwd, 'a.log');
    const tally = join(cwd, 'tally');
    // Slow enough to be looked at.
    const spec = { script: fixture('tally.mjs'), args: [tally, 'plain', '50000'], output: false, restartAt: [] };
    const child = watch({ ...spec, log: { file: log, direct: true } });
    const { pid } = await child.seen('spawned');
    await vi.waitFor(
      () => {
        expect(statSync(log).size).toBeGreaterThan(100_000);
      },
      { timeout: 10_000, interval: 5 },
    );
    process.kill(pid, 'SIGKILL');
    expect(exits(await child.ended())[0]).toMatchObject({ code: null, signal: 'SIGKILL' });
    const written = Number(readFileSync(tally).readBigUInt64LE());
    // The last write may have been killed before it was tallied.
    expect(statSync(log).size - written).toBeGreaterThanOrEqual(0);
    expect(statSync(log).size - written).toBeLessThanOrEqual(4_099);
    const lines = read(log).split('\n').slice(0, -1);
    expect(lines.findIndex((line, at) => line !== `${at + 1} röt`)).toBe(-1);
  });

  it('is stopped as any other, and goes on in the same file with each run', async () => {
    const log = join(folder(), 'a.log');
    const args = ['-c', 'echo up; exec sleep 60'];
    const child = watch({ command: 'sh', args, output: false, log: { file: log, direct: true } });
    // It may have written before it is seen to run.
    await child.seen('ready');
    await eventually(() => {
      expect(read(log)).toBe('up\n');
    });
    child.sendCommand({ type: 'restart' });
    await child.seen('ready', ({ attempt }) => attempt === 2);
    await eventually(() => {
      expect(read(log)).toBe('up\nup\n');
    });
    const events = typesOf(await child.stop());
    expect(events).toEqual([
      ...['spawned', 'ready', 'stopping restart', 'exited'],
      ...['spawned', 'ready', 'stopping stop', 'exited'],
    ]);
  });

  it('refuses reopenLogs, whenever that comes; a file that was renamed is written to under its new name', async () => {
    const cwd = folder();
    const log = join(cwd, 'a.log');
    const spec = { name: 'x', script: fixture('numberedLines.mjs'), args: ['x', '1'], output: false };
    const child = watch({ ...spec, log: { file: log, direct: true } });
    const refused = { type: 'refused', command: 'reopenLogs', reason: 'the child writes its log itself', attempt: 1 };
    child.sendCommand({ type: 'reopenLogs' });
    expect(child.events).toEqual([refused]);
    await eventually(() => {
      expect(read(log)).toBe('x 1\n');
    });
    renameSync(log, join(cwd, 'old'));
    child.sendCommand({ type: 'reopenLogs' });
    expect(child.events.at(-1)).toEqual({ ...refused, name: 'x' });
    child.sendCommand({ type: 'send', message: 'go on' });
    await eventually(() => {
      expect(read(join(cwd, 'old'))).toBe('x 1\nx 2\n');
    });
    await child.stop();
  });

  it('a file that cannot be opened is a failed start, tried again on the schedule', async () => {
    const log = join(folder(), 'a.log');
    mkdirSync(log);
    const child = watch({
      command: 'echo',
      args: ['up'],
      output: false,
      log: { file: log, direct: true },
      restartAt: [10],
      limit: { max: 2, within: 60_000 },
    });
    const events = await child.ended();
    expect(events.filter(({ type }) => type === 'spawnFailed')).toHaveLength(3);
    expect(events[0]).toMatchObject({ type: 'spawnFailed', code: 'EISDIR' });
    expect(events.at(-1)).toMatchObject({ type: 'gaveUp', reason: 'limit' });
  });

  it('and goes well once it can be', async () => {
    const log = join(folder(), 'a.log');
    mkdirSync(log);
    const child = watch({
      command: 'echo',
      args: ['up'],
      output: false,
      log: { file: log, direct: true },
      restartAt: [10],
    });
    await child.seen('backingOff');
    renameSync(log, `${log}.away`);
    await child.ended();
    expect(read(log)).toBe('up\n');
  });

  it('the log goes on while others append to it', async () => {
    const log = join(folder(), 'a.log');
    const spec = { script: fixture('numberedLines.mjs'), args: ['x', '1'], output: false };
    const child = watch({ ...spec, log: { file: log, direct: true } });
    await eventually(() => {
      expect(read(log)).toBe('x 1\n');
    });
    appendFileSync(log, 'between\n');
    child.sendCommand({ type: 'send', message: 'go on' });
    await eventually(() => {
      expect(read(log)).toBe('x 1\nbetween\nx 2\n');
    });
    await child.stop();
  });
});
