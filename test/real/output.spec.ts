import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture, folder, read, watch } from './bench.js';

describe('output', () => {
  it.each([
    ['CRLF and a lone CR', 'a\r\nb\rc\r\n'],
    ['NUL bytes', 'a\0b\n\0\n'],
    ['empty lines', '\n\n\n'],
    ['ANSI sequences', '\u001B[31mred\u001B[39m\n'],
    ['characters of one to four bytes', 'aäक𝄞\n𝄞𝄞\n'],
  ])('with %s passes as it is', async (_what, text) => {
    const log = join(folder(), 'a.log');
    const args = [text.replaceAll('\0', '\\000')];
    const child = watch({ command: 'printf', args: ['%b', ...args], log });
    await child.ended();
    expect(child.output()).toBe(text);
    expect(read(log)).toBe(text);
  });

  it('that has no final line end is given one', async () => {
    const log = join(folder(), 'a.log');
    const child = watch({ command: 'printf', args: ['one\\ntwo'], log });
    await child.ended();
    expect(child.output()).toBe('one\ntwo\n');
    expect(read(log)).toBe('one\ntwo\n');
  });

  it('of one line of 5 MiB is cut, all of it is there, and the cuts are counted', async () => {
    const log = join(folder(), 'a.log');
    const size = 5 * 2 ** 20;
    const child = watch({ script: fixture('longLine.mjs'), args: [String(size)], log: { stdout: log } });
    const events = await child.ended();
    const text = read(log);
    expect(text === `${'x'.repeat(65_536)}\n`.repeat(80)).toBe(true);
    expect(child.output('stdout') === text).toBe(true);
    expect(events.reduce((sum, event) => sum + (event.type === 'output' ? (event.cut ?? 0) : 0), 0)).toBe(79);
  });

  it('that fits exactly is not cut', async () => {
    const child = watch({ command: 'printf', args: ['12345678\\n1234567\\n123456789\\n'], maxLineLength: 8 });
    const events = await child.ended();
    expect(child.output()).toBe('12345678\n1234567\n12345678\n9\n');
    expect(events.filter((event) => event.type === 'output').map(({ cut }) => cut)).toEqual([1]);
  });

  it('of both streams is kept apart, each in its order', async () => {
    const child = watch({ command: 'bash', args: ['-c', 'for i in 1 2 3; do echo out $i; echo err $i >&2; done'] });
    await child.ended();
    expect(child.output('stdout')).toBe('out 1\nout 2\nout 3\n');
    expect(child.output('stderr')).toBe('err 1\nerr 2\nerr 3\n');
  });

  it('is not made into events when nobody wants them, and readiness by a line works all the same', async () => {
    const child = watch({ command: 'echo', args: ['server is up'], output: false, ready: { line: /is up$/g } });
    expect((await child.ended()).map(({ type }) => type)).toEqual(['spawned', 'ready', 'exited']);
  });

  it('makes a child ready whose line ends in CRLF', async () => {
    const child = watch({ command: 'printf', args: ['up\\r\\n'], ready: { line: /^up$/ } });
    expect((await child.ended()).map(({ type }) => type)).toEqual(['spawned', 'output', 'ready', 'exited']);
  });
});

describe('toConsole', () => {
  const program = `
    import { managed$, toConsole } from 'rxvisor';
    managed$({ name: 'job', command: 'bash', args: ['-c', 'echo out; echo err >&2; seq 200000'] })
      .pipe(toConsole())
      .subscribe((event) => event.type === 'logFailed' && console.error(event.path, event.code, event.dropped > 0));
  `;

  async function printed(closeEarly: boolean): Promise<{ out: string; err: string; code: number | null }> {
    const manager = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    manager.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    manager.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (closeEarly) manager.stdout.destroy();
    });
    const code = await new Promise<number | null>((closed) => manager.on('close', closed));
    return { out, err, code };
  }

  it('prints each line with its name, to the stream it came from', async () => {
    const { out, err, code } = await printed(false);
    expect(out.startsWith('job: out\njob: 1\n')).toBe(true);
    expect(out.endsWith('job: 200000\n')).toBe(true);
    expect(err).toBe('job: err\n');
    expect(code).toBe(0);
  });

  it('to a pipe that is closed says so, and the manager lives on', async () => {
    const { err, code } = await printed(true);
    expect(err).toContain('stdout EPIPE true\n');
    expect(code).toBe(0);
  });
});
