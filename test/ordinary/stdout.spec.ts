import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../eventually.js';
import { expectNothingLeft, type Program, start } from '../fixtures/cli-harness.js';
import { fixture, folder } from '../real/bench.js';
import { hasPython, main } from '../real/commands.js';

afterEach(async () => {
  await expectNothingLeft();
});

/** One service floods stdout, another one crashes again and again, and counts its runs in a file. */
function services(): { readonly home: string; readonly config: string; readonly runs: () => number } {
  const home = folder();
  const config = join(home, 'services.config.json');
  const runs = join(home, 'runs');
  const crasher = `echo run >> ${runs}; echo crashed; exit 1`;
  writeFileSync(runs, '');
  writeFileSync(
    config,
    JSON.stringify([
      { name: 'flood', command: 'sh', args: ['-c', `exec yes ${'z'.repeat(2_000)}`] },
      { name: 'crasher', command: 'sh', args: ['-c', crasher], restartAt: [100] },
    ]),
  );
  return { home, config, runs: () => readFileSync(runs, 'utf8').split('\n').length - 1 };
}

/** In MB. */
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024;

/** That the manager answers, runs the crasher again and again, and is no larger than it should be. Gives the flood's pid. */
async function expectSupervised(pid: number, { home, runs }: ReturnType<typeof services>): Promise<number> {
  const before = runs();
  await eventually(() => {
    expect(runs()).toBeGreaterThan(before + 20);
  });
  const list = spawnSync(process.execPath, [main, 'list', '--json', '--timeout', '10s'], {
    env: { ...process.env, RXVISOR_HOME: home },
    encoding: 'utf8',
  });
  expect(list.status).toBe(0);
  const rows = JSON.parse(list.stdout) as { pid: number }[];
  expect(rows).toMatchObject([{ name: 'flood', state: 'online' }, { name: 'crasher' }]);
  expect(memoryOf(pid)).toBeLessThan(200);
  return rows[0]!.pid;
}

/** That the flood waits for its reader, while the crasher runs again and again. */
async function expectPaused(flood: number, { runs }: ReturnType<typeof services>): Promise<void> {
  const [before, written] = [runs(), writtenBy(flood)];
  await eventually(() => {
    expect(runs()).toBeGreaterThan(before + 5);
  });
  expect(writtenBy(flood)).toBe(written);
}

/** In bytes. */
const writtenBy = (pid: number): string | undefined =>
  /wchar: (\d+)/.exec(readFileSync(`/proc/${String(pid)}/io`, 'utf8'))?.[1];

it.runIf(hasPython)(
  'a terminal that is stopped holds up only what is printed, and a signal ends it',
  async () => {
    const setting = services();
    const terminal = onTerminal(setting);
    const pid = await pidOf(terminal);
    await expectSupervised(pid, setting);
    process.kill(pid, 'SIGTERM');
    await terminal.says(/ended -15/);
  },
  60_000,
);

it.runIf(hasPython)(
  'a terminal that goes on shows what was held',
  async () => {
    const setting = services();
    const terminal = onTerminal(setting);
    const pid = await pidOf(terminal);
    await expectSupervised(pid, setting);
    terminal.process.stdin?.write('read\n');
    const before = setting.runs();
    await eventually(() => {
      expect(setting.runs()).toBeGreaterThan(before + 5);
    });
    process.kill(pid, 'SIGTERM');
    await terminal.says(/read \d{6,}/);
  },
  60_000,
);

it.runIf(hasPython)(
  'a terminal that is gone without a signal is reported once on stderr, and the services run on',
  async () => {
    const setting = services();
    const terminal = onTerminal(setting);
    const pid = await pidOf(terminal);
    terminal.process.stdin?.write('gone\n');
    await eventually(() => {
      expect(terminal.stderr()).toMatch(/^rxvisor: stdout: EIO: .*\. The services go on; /m);
    });
    await expectSupervised(pid, setting);
    process.kill(pid, 'SIGTERM');
    await terminal.says(/ended -15/);
    expect(terminal.stderr().match(/stdout: EIO/g)).toHaveLength(1);
    expect(terminal.stderr()).toMatch(/^rxvisor: stdout: \d+ lines? not printed\.$/m);
  },
  60_000,
);

it.runIf(hasPython).each([
  [
    'toConsole',
    "const flow = byteCredit(); managed$({ command: 'yes' }, undefined, { flow }).pipe(toConsole({ flow })).subscribe();",
  ],
  ['a console', "void startRepl({ run: async () => 'z'.repeat(100_000), complete: () => [[], ''] });"],
])(
  'an app whose %s is on a terminal that is stopped runs on',
  async (_, printing) => {
    const home = folder();
    const script = join(home, 'app.mjs');
    writeFileSync(
      script,
      `import { appendFileSync } from 'node:fs';
    import { byteCredit, managed$, toConsole } from ${JSON.stringify(pathToFileURL(resolve('dist/index.js')).href)};
    import { startRepl } from ${JSON.stringify(pathToFileURL(resolve('dist/session/index.js')).href)};
    setInterval(() => appendFileSync('${home}/alive', '.'), 20);
    ${printing}`,
    );
    const alive = (): number => readFileSync(join(home, 'alive'), 'utf8').length;
    const terminal = start('python3', [fixture('stuck-terminal.py'), process.execPath, script]);
    const pid = await pidOf(terminal);
    await eventually(() => {
      expect(alive()).toBeGreaterThan(10);
    });
    for (let line = 0; line < 5; line += 1) terminal.process.stdin?.write('type hello\n');
    const before = alive();
    await eventually(() => {
      expect(alive()).toBeGreaterThan(before + 100);
    });
    expect(memoryOf(pid)).toBeLessThan(300);
    process.kill(pid, 'SIGTERM');
    await terminal.says(/ended -?\d+/);
  },
  60_000,
);

it('a pipe that nobody reads holds up only what is printed, and a signal ends it', async () => {
  const setting = services();
  const { child, ended } = unread(setting);
  await expectPaused(await expectSupervised(child.pid!, setting), setting);
  child.kill('SIGINT');
  expect(await ended).toBe('SIGINT');
}, 60_000);

it('a disk that is full costs what is printed, and nothing else', async () => {
  const setting = services();
  const output = openSync('/dev/full', 'w');
  let errors = '';
  const child = spawn(process.execPath, [main, 'run', setting.config], {
    env: { ...process.env, RXVISOR_HOME: setting.home },
    stdio: ['ignore', output, 'pipe'],
  });
  closeSync(output);
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = endOf(child);
  await expectSupervised(child.pid!, setting);
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
  expect(errors).toMatch(
    /^rxvisor: stdout: ENOSPC: .*\. The services go on; output that cannot be printed is dropped\.$/m,
  );
  expect(errors.match(/ENOSPC/g)).toHaveLength(1);
}, 60_000);

it('a reader that has left ends it', async () => {
  const { home, config } = services();
  const head = start('sh', ['-c', `"$0" "$1" run "$2" | head -n 3`, process.execPath, main, config], {
    RXVISOR_HOME: home,
  });
  expect(await head.ended).toEqual({ code: 0, signal: null });
  expect(head.stdout().split('\n')).toHaveLength(4);
}, 60_000);

it.each([['completion', 'bash'], ['--help'], ['run', '--help'], ['--version']])(
  'an answer that cannot be written is an error of the command: %s',
  (...args) => {
    const output = openSync('/dev/full', 'w');
    onTestFinished(() => {
      closeSync(output);
    });
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      stdio: ['ignore', output, 'pipe'],
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining('no space left on device')]);
  },
);

function onTerminal({ home, config }: ReturnType<typeof services>): Program {
  return start('python3', [fixture('stuck-terminal.py'), process.execPath, main, 'run', config], {
    RXVISOR_HOME: home,
  });
}

async function pidOf(terminal: Program): Promise<number> {
  await terminal.says(/^pid \d+$/m);
  return Number(/^pid (\d+)$/m.exec(terminal.stdout())?.[1]);
}

function unread({ home, config }: ReturnType<typeof services>): {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
} {
  const child = spawn(process.execPath, [main, 'run', config], {
    env: { ...process.env, RXVISOR_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { child, ended: endOf(child) };
}

async function endOf(child: ChildProcess): Promise<unknown> {
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? code);
    });
  });
}
