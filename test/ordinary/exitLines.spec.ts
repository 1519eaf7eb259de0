import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { folder, read } from '../real/bench.js';

const numbers = (count: number): string => Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');

/** Says 1, and once it may, all the others; then it is quiet. The manager waits for that without turning its event loop. */
const QUIET = `echo 1; until [ -e go ]; do sleep 0.01; done; seq 2 1000; echo oops >&2; touch done; exec sleep 60`;

const PRELUDE = `
  import { existsSync, statSync, writeFileSync } from 'node:fs';
  import { managed$, supervise, toConsole, toFile } from ${JSON.stringify(resolve('dist/index.js'))};
  const child = { name: 'quiet', command: 'sh', args: ['-c', ${JSON.stringify(QUIET)}] };
  const allSaid = () => {
    writeFileSync('go', '');
    while (!existsSync('done'));
  };
`;

/** Runs a manager in a folder of its own. */
async function manage(cwd: string, body: string): Promise<{ code: number | null; out: string }> {
  writeFileSync(join(cwd, 'manager.mjs'), PRELUDE + body);
  const manager = spawn(process.execPath, ['manager.mjs'], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  const [out, [code]] = await Promise.all([text(manager.stdout), once(manager, 'exit') as Promise<[number | null]>]);
  return { code, out };
}

const ends = {
  'process.exit() in a subscriber': 'allSaid(); process.exit(7);',
  'process.exit() later': 'setImmediate(() => { allSaid(); process.exit(7); });',
  'an uncaught exception': 'setImmediate(() => { allSaid(); process.exitCode = 7; throw new Error("boom"); });',
  'a rejection nobody handles': 'allSaid(); Promise.reject(new Error("boom"));',
};

describe('what a child has said when its manager exits is in its log', () => {
  it.each(Object.entries(ends))('by %s', async (_, end) => {
    const cwd = folder();
    await manage(
      cwd,
      `supervise([{ ...child, log: { stdout: 'out.log', stderr: 'err.log' } }]).event$.subscribe(({ type }) => {
        if (type === 'output') { ${end} }
      });`,
    );
    expect(read(join(cwd, 'out.log'))).toBe(numbers(1_000));
    expect(read(join(cwd, 'err.log'))).toBe('oops\n');
  });

  it.each(Object.entries(ends))('without events, by %s', async (_, end) => {
    const cwd = folder();
    await manage(
      cwd,
      `supervise([{ ...child, output: false, log: { stdout: 'out.log' } }]).event$.subscribe(({ type }) => {
        if (type === 'spawned') { ${end} }
      });`,
    );
    expect(read(join(cwd, 'out.log'))).toBe(numbers(1_000));
  });

  it('in a log of two children that is formatted, rotated and synced', async () => {
    const cwd = folder();
    await manage(
      cwd,
      `const log = { file: 'a.log', format: 'prefixed', rotate: { size: 3_000, keep: 100 }, fsync: 'end' };
      const other = { name: 'other', command: 'sh', args: ['-c', 'seq 500; touch other; exec sleep 60'] };
      supervise([{ ...child, log, stripANSI: true }, { ...other, log }]).event$.subscribe(({ type, name }) => {
        if (type !== 'output' || name !== 'quiet') return;
        while (!existsSync('other'));
        allSaid();
        process.exit();
      });`,
    );
    const logs = readdirSync(cwd).filter((name) => name.startsWith('a.log.'));
    const lines = [...logs.sort(), 'a.log'].flatMap((name) => read(join(cwd, name)).split('\n'));
    const of = (name: string): string =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [`${line.slice(name.length + 2)}\n`] : [])).join('');
    expect(of('quiet').replace('oops\n', '')).toBe(numbers(1_000));
    expect(of('other')).toBe(numbers(500));
  });

  it('and in what else was to get it: a console, a file behind the events, a child without a supervisor', async () => {
    const cwd = folder();
    const { code, out } = await manage(
      cwd,
      `managed$(child).pipe(toConsole({ format: 'plain' }), toFile('a.log', { stream: 'stdout' })).subscribe(({ type }) => {
        if (type === 'output') { allSaid(); process.exit(7); }
      });`,
    );
    expect(code).toBe(7);
    expect(out).toBe(numbers(1_000));
    expect(read(join(cwd, 'a.log'))).toBe(numbers(1_000));
  });

  it.each([true, false])('in a flood, without a gap and in order, with output events: %s', async (output) => {
    const cwd = folder();
    await manage(
      cwd,
      `supervise([{ command: 'seq', args: ['100000000'], output: ${output}, log: 'a.log' }]);
      const look = () => {
        if ((statSync('a.log', { throwIfNoEntry: false })?.size ?? 0) > 20_000_000) process.exit();
        setImmediate(look);
      };
      look();`,
    );
    const lines = read(join(cwd, 'a.log')).split('\n');
    expect(lines.pop()).toBe('');
    // The kill may have come in the middle of the last one.
    lines.pop();
    expect(lines.length).toBeGreaterThan(1_000_000);
    expect(lines.findIndex((line, index) => line !== String(index + 1))).toBe(-1);
  });
});
