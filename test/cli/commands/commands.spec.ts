import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe as group, expect, it, onTestFinished, vi } from 'vitest';
import { actionsOf } from '../../../src/cli/runCli.js';
import { commandLine } from '../../../src/cli/commandLine.js';
import { type Io, ioOf } from '../../../src/cli/io.js';
import { exitCodeOf } from '../../../src/cli/cliError.js';
import { privateFolder } from '../../../src/control/discovery/privateFolder.js';
import type { ControlOptions } from '../../../src/control/index.js';
import type { ChildSpec } from '../../../src/index.js';
import { fakeWorld } from '../../fakeEffects.js';
import { folder, type Rig, rig } from '../../control/rig.js';

/** A user with managers, one each for some specs, and their command line. */
async function user(...managers: (ControlOptions & { readonly specs: readonly ChildSpec[] })[]) {
  const home = folder();
  vi.stubEnv('RXVISOR_HOME', home);
  onTestFinished(() => void vi.unstubAllEnvs());
  const rigs: Rig[] = [];
  const sockets = privateFolder(join(home, 'run'));
  for (const { specs, ...options } of managers) {
    const path = options.name === 'daemon' ? join(sockets, 'daemon.sock') : undefined;
    rigs.push(await rig(specs, fakeWorld(), { path, ...options }));
  }
  let slow = false;
  const drains: (() => void)[] = [];
  const begin = (line: string) => {
    let out = '';
    let err = '';
    const io: Io = {
      print: (text) => {
        out += text;
        return !slow;
      },
      drained: async () => new Promise((resolve) => drains.push(resolve)),
      warn: (text) => (err += `${text}\n`),
      view: { live: false, paint: (_, text) => text },
      unicode: true,
      columns: Infinity,
    };
    const program = commandLine(
      actionsOf(
        () => io,
        () => program,
      ),
    );
    const ended = program.parseAsync(line.split(' '), { from: 'user' }).then(
      () => 0,
      (error: unknown) => {
        err += `${(error as Error).message}\n`;
        return exitCodeOf(error);
      },
    );
    return { ended, out: () => out, err: () => err };
  };
  const run = async (line: string) => {
    const { ended, out, err } = begin(line);
    return { code: await ended, out: out(), err: err() };
  };
  return { home, rigs, begin, run, drains, slowly: (yes: boolean) => (slow = yes) };
}

const sleeper = (name: string, more: Partial<ChildSpec> = {}): ChildSpec => ({ name, command: 'sleep', ...more });
const daemon = { name: 'daemon' };

group('the commands', () => {
  it('list, in a table and as JSON', async () => {
    const { run } = await user({ specs: [sleeper('a')], ...daemon }, { specs: [sleeper('b'), { command: 'x' }] });
    const { out } = await run('list');
    expect(
      out
        .replace(/\b[\d.]+m?s\b/g, '1ms')
        .split('\n')
        .toSorted()
        .join('\n'),
    ).toMatch(
      new RegExp(
        `^\n1 +a +daemon +1001 +online +0 +1ms +-\n1 +b +${process.pid} +1001 .*\n2 +#2 +${process.pid} .*\nID +NAME `,
      ),
    );
    const rows = JSON.parse((await run('ls --json')).out) as { name?: string }[];
    expect(rows.map(({ name }) => name).toSorted()).toEqual(['a', 'b', undefined]);
    expect(rows.find(({ name }) => name === 'a')).toMatchObject({
      manager: { name: 'daemon', pid: process.pid },
      id: 1,
    });
    expect(JSON.parse((await run('list --json --manager daemon')).out)).toHaveLength(1);
    expect(await run('list --manager 1')).toMatchObject({
      code: 3,
      err: expect.stringContaining('1 does not run') as string,
    });
  });

  it('with nobody there', async () => {
    const { run } = await user();
    expect(await run('list')).toEqual({
      code: 0,
      out: '',
      err: 'no manager runs. To start one, run: rxvisor start FILE, or rxvisor resurrect for the saved services\n',
    });
    expect(await run('list --json')).toEqual({ code: 0, out: '[]\n', err: '' });
    for (const line of ['stop a', 'ping', 'events', 'save', 'shutdown']) expect((await run(line)).code, line).toBe(3);
    expect(await run('version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
  });

  it('commands for children, and their results', async () => {
    const { run, rigs } = await user({ specs: [sleeper('a'), { name: 'b', script: 'b.js' }] });
    const [{ world }] = rigs as [Rig];
    world.children[1]!.onSignal = () => undefined;
    expect((await run('restart a')).out).toMatch(/1 +a .* online +1 /);
    expect(await run('signal usr2 b')).toMatchObject({ code: 0 });
    expect(await run('send b {"a":1}')).toMatchObject({ code: 0 });
    expect(world.children[1]).toMatchObject({ signals: ['SIGUSR2'] });
    expect((await run('duplicate a --json')).out).toContain('"id":3');
    expect((await run('scale a 3')).out.match(/ a /g)).toHaveLength(3);
    expect((await run('reset all')).out.match(/ online +0 /g)).toHaveLength(4);
    expect(await run('reopen')).toMatchObject({ code: 0 });
    expect((await run('stop a --grace 1s')).out.match(/ stopped /g)).toHaveLength(3);
    expect(await run('signal HUP a')).toMatchObject({
      code: 1,
      err: 'a#1: not running\na#3: not running\na#4: not running\n',
    });
    expect(await run('signal NO a')).toMatchObject({ code: 2 });
    expect(await run('delete /./')).toMatchObject({ code: 0 });
    expect(await run('send b hello')).toMatchObject({
      code: 3,
      err: 'b: no such service. To list services, run: rxvisor list\n',
    });
  });

  it('an id of several managers is asked about', async () => {
    const { run } = await user({ specs: [sleeper('a')], ...daemon }, { specs: [sleeper('b')] });
    expect(await run('stop 1')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^1: several managers have a service with this id\. Add one of: /) as string,
    });
    expect(await run('stop id:1 --manager daemon')).toMatchObject({ code: 0 });
    expect((await run('restart a b')).out.match(/ online /g)).toHaveLength(2);
  });

  it('describe', async () => {
    const { run, rigs } = await user({
      specs: [sleeper('a', { env: { PORT: '1', A_KEY: 'hush' }, log: '/dev/null' })],
    });
    const [{ world }] = rigs as [Rig];
    world.children[0]!.happen({ type: 'message', message: { type: 'axm:monitor', data: { rate: { value: 3 } } } });
    await rigs[0]!.supervisor.restart('a');
    const { out } = await run('describe a --env');
    for (const word of [
      /^a\n/,
      /state +online for/,
      /log +\/dev\/null/,
      /spec\.command +'sleep'/,
      /env\.PORT +1\n/,
      /env\.A_KEY +\*+\n/,
      /last exit +SIGTERM after/,
      /started, pid 1001\n/,
    ]) {
      expect(out).toMatch(word);
    }
    expect(JSON.parse((await run('show a --json')).out)).toMatchObject([
      { status: { name: 'a' }, manager: { pid: process.pid } },
    ]);
  });

  it('logs, of one, of several, of those who are called the same', async () => {
    const { run, rigs, home } = await user(
      { specs: [sleeper('a'), sleeper('b')], ...daemon },
      { specs: [sleeper('b'), sleeper('b'), { command: 'x' }] },
    );
    for (const { world } of rigs) for (const child of world.children) child.say(`I am ${child.pid}\n`);
    writeFileSync(join(home, 'x'), '');
    await vi.waitFor(async () => expect((await run('logs a')).out).toBe('I am 1001\n'));
    await vi.waitFor(async () =>
      expect((await run('logs')).out.split('\n').toSorted()).toEqual([
        '',
        '#3: I am 1003',
        'a: I am 1001',
        'b#1: I am 1001',
        `b#2@${process.pid}: I am 1002`,
        'b#2@daemon: I am 1002',
      ]),
    );
    expect(JSON.parse((await run('logs a --json')).out)).toEqual([
      { manager: { pid: process.pid, name: 'daemon' }, id: 1, name: 'a', stream: 'stdout', line: 'I am 1001' },
    ]);
    expect((await run('logs a -n 0 --json')).out).toBe('[]\n');
  });

  it('logs of two that share a file are nobody’s in particular', async () => {
    const log = join(folder(), 'a.log');
    const { run } = await user({ specs: [sleeper('a', { log }), sleeper('a', { log }), sleeper('b')] });
    writeFileSync(log, 'of one of them\n');
    expect((await run('logs')).out).toBe('a: of one of them\n');
  });

  it('logs, events and describe label children of one name alike', async () => {
    const { run, begin, rigs } = await user({ specs: [sleeper('a'), sleeper('a'), sleeper('b')] });
    const [{ supervisor, serving }] = rigs as [Rig];
    expect((await run('describe all')).out.match(/^\S+/gm)).toEqual(['a#1', 'a#2', 'b']);
    const events = begin('events');
    await vi.waitFor(async () => {
      await supervisor.restart(() => true);
      for (const label of ['a#1', 'a#2', 'b']) expect(events.out()).toContain(` ${label} ready\n`);
    });
    expect(events.out()).not.toContain(' a ready');
    serving.unsubscribe();
    await events.ended;
  });

  it('followed, at the pace of the reader, until the manager goes', async () => {
    const { begin, rigs, slowly, drains } = await user({ specs: [sleeper('a')] });
    const [{ world, serving }] = rigs as [Rig];
    const [logs, lines, events, texts] = [
      begin('logs -f'),
      begin('logs a -f --json'),
      begin('events --json'),
      begin('events'),
    ];
    await vi.waitFor(() => {
      world.children[0]!.say('hello\n');
      expect(logs.out()).toContain('hello\n');
      expect(lines.out()).toMatch(/^\{.*"line":"hello"\}\n/);
    });
    await rigs[0]!.supervisor.restart('a');
    await vi.waitFor(() => {
      expect(events.out()).toMatch(/^\{"manager":.*"type":"exited"/m);
      expect(texts.out()).toMatch(/a ended: SIGTERM/);
    });
    slowly(true);
    await vi.waitFor(() => {
      world.children.at(-1)!.say('more\n');
      expect(drains.length).toBeGreaterThan(1);
    });
    slowly(false);
    for (const drain of drains.splice(0)) drain();
    await vi.waitFor(() => {
      world.children.at(-1)!.say('again\n');
      expect(logs.out()).toContain('again\n');
    });
    serving.unsubscribe();
    expect(await Promise.all([logs.ended, lines.ended, events.ended, texts.ended])).toEqual([1, 1, 1, 1]);
    expect(logs.err()).toContain('closed the connection');
  });

  it('ping, version, save, shutdown', async () => {
    const savedList = join(folder(), 'saved.json');
    const { run } = await user({ specs: [sleeper('a')], ...daemon, savedList }, { specs: [] });
    expect((await run('ping')).out).toMatch(/^MANAGER .*PONG\n.*ms\n.*ms\n$/);
    expect(JSON.parse((await run('ping --json')).out)).toHaveLength(2);
    expect((await run('version')).out).toMatch(/^manager daemon: /m);
    expect(JSON.parse((await run('version --json')).out)).toMatchObject({ managers: [{}, {}] });
    expect(await run('save')).toMatchObject({ code: 0, out: `${savedList}: 1 service saved\n` });
    expect(JSON.parse((await run('save --json')).out)).toEqual({ path: savedList, children: 1 });
    expect((await run('shutdown')).out).toMatch(/ a +daemon .* stopped /);
    expect(JSON.parse((await run('ping --json')).out)).toHaveLength(1);
  });

  it('--timeout, and a manager that does not answer', async () => {
    const { run, rigs } = await user({ specs: [sleeper('a', { grace: 60_000 })] });
    rigs[0]!.world.children[0]!.onSignal = () => undefined;
    expect(await run('stop a --timeout 100ms')).toMatchObject({
      code: 124,
      err: expect.stringContaining('not done within 100 ms') as string,
    });
    rigs[0]!.world.children[0]!.exit(0);
  });

  it('start, in the background manager or another one, with --timeout', async () => {
    const { run, rigs, home } = await user({ specs: [], ...daemon }, { specs: [sleeper('b')] });
    const [background] = rigs as [Rig];
    const file = join(home, 'a.json');
    writeFileSync(file, JSON.stringify([{ name: 'a', command: 'sleep', instances: 2 }]));
    expect(await run(`start ${file}`)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ INST .*\n1 +a +0 .*\n2 +a +1 /) as string,
    });
    expect(await run(`start ${file} -i 3`)).toMatchObject({
      code: 2,
      err: `-i 3: ${file} already has instances. Remove one of the two.\n`,
    });
    const numbered = [{ RXVISOR_INSTANCE: '0' }, { RXVISOR_INSTANCE: '1' }];
    expect(background.supervisor.describe('a')).toMatchObject(numbered.map((env) => ({ spec: { env } })));
    // Both managers are this process.
    expect(await run(`start ${file} --manager ${process.pid}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('has several managers') as string,
    });
    expect(await run(`start ${file} --manager 1`)).toMatchObject({
      code: 3,
      err: expect.stringContaining('--manager: 1 does not run') as string,
    });
    writeFileSync(file, JSON.stringify([{ name: 'd', command: 'sleep', ready: { line: 'never' } }]));
    expect(await run(`start ${file} --timeout 100ms`)).toMatchObject({
      code: 124,
      err: expect.stringContaining('--timeout: not done within 100 ms') as string,
    });
    expect(await run('resurrect --timeout 5s')).toMatchObject({
      code: 2,
      err: expect.stringContaining('savedList: this manager has no saved list') as string,
    });
  });

  it('start gives a service the environment of the command, whatever manager runs it, and no marks', async () => {
    const { rigs, run, home } = await user({ specs: [] });
    const file = join(home, 'x.config.json');
    writeFileSync(file, JSON.stringify([{ name: 'x', command: 'sleep', env: { B: '2' } }]));
    const marks = {
      RXVISOR_0123456789abcdef: '1',
      RXVISOR_MANAGER_PID: '1',
      RXVISOR_GRACE: '5',
      RXVISOR_INSTANCE: '3',
    };
    for (const [key, value] of Object.entries({ ...marks, A: '1', B: '1' })) vi.stubEnv(key, value);
    expect(await run(`start ${file} --manager ${process.pid}`)).toMatchObject({ code: 0 });
    const [description] = rigs[0]!.supervisor.describe('x');
    const expected = { ...process.env, B: '1' };
    for (const key of Object.keys(marks)) Reflect.deleteProperty(expected, key);
    expect(description?.spec).toMatchObject({ env: { B: '2' }, extendEnv: expected });
  });

  it('start in another manager needs none in the background', async () => {
    const { run, rigs, home } = await user({ specs: [sleeper('b')] });
    const file = join(home, 'a.json');
    writeFileSync(file, JSON.stringify([{ name: 'a', command: 'sleep' }]));
    expect(await run(`start ${file} --manager ${process.pid}`)).toMatchObject({ code: 0 });
    expect(rigs[0]!.supervisor.describe('a')).toHaveLength(1);
  });

  it('-i: Node scripts share their ports', async () => {
    const { run, rigs, home } = await user({ specs: [], ...daemon });
    for (const name of ['web.js', 'job.py']) writeFileSync(join(home, name), '');
    await run(`start ${join(home, 'web.js')} -i 2`);
    await run(`start ${join(home, 'job.py')} -i 2`);
    const specs = rigs[0]!.supervisor.describe(() => true).map(({ spec }) => spec);
    expect(specs.map(({ exec, ready }) => [exec, ready])).toEqual([
      ['cluster', 'spawn'],
      ['cluster', 'spawn'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it('startup, import, completion', async () => {
    const console = { run: async () => undefined, complete: (): [string[], string] => [[], ''] };
    const { run, home } = await user({ specs: [sleeper('a'), sleeper('b')] }, { specs: [], name: 'web', console });
    expect((await run('startup')).out).toContain('[Unit]');
    expect(JSON.parse((await run('startup --json')).out)).toMatchObject({
      path: expect.stringContaining('rxvisor.service') as string,
    });
    const file = join(home, 'ecosystem.mjs');
    writeFileSync(file, `export default { apps: [{ script: 'a.js', time: true }] };`);
    expect(await run(`import ${file}`)).toMatchObject({
      code: 0,
      err: `'a.js': time: true: not supported by rxvisor; left out.\n`,
    });
    writeFileSync(
      join(home, 'a.json'),
      JSON.stringify({ apps: [{ script: 'a.js', interpreter: 'none', node_args: '-x', kill_timeout: -1 }] }),
    );
    expect(await run(`import ${join(home, 'a.json')}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('apps[0]: grace: -1') as string,
    });
    writeFileSync(join(home, 'none.mjs'), '');
    for (const none of ['none.mjs', 'none.json']) expect((await run(`import ${join(home, none)}`)).code).toBe(2);
    expect((await run('completion --names')).out).toBe('a\nb\nall\n');
    expect((await run('completion --consoles')).out).toBe('web\n');
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { out } = await run(`completion ${shell}`);
      for (const word of ['restart', 'describe', 'show', 'follow', 'completion --names', 'completion --consoles'])
        expect(out).toContain(word);
    }
    // Only the summary: a shell lists commands on a line each.
    expect((await run('completion fish')).out).toContain(
      "-a restart -d 'Restart services; wait until they are ready.'\n",
    );
    expect((await run('completion ksh')).code).toBe(2);
  });
});

group('the streams of a command', () => {
  const stream = (more: object) => Object.assign(new EventEmitter(), { write: vi.fn(() => true), ...more });

  it('are as wide as the terminal, and without end in a pipe', async () => {
    const [stdout, stderr] = [stream({ isTTY: true, columns: 40, rows: 10 }), stream({})];
    const io = ioOf({ stdout, stderr, env: {} } as unknown as NodeJS.Process);
    expect(io.columns).toBe(40);
    expect(io.view.paint('red', 'x')).not.toBe('x');
    expect(io.print('data')).toBe(true);
    io.warn('talk');
    expect(stdout.write.mock.calls).toEqual([['data']]);
    expect(stderr.write.mock.calls).toEqual([['rxvisor: talk\n']]);
    const drained = io.drained();
    stdout.emit('drain');
    await drained;
    stderr.emit('error', new Error('EPIPE'));
    expect(ioOf({ stdout: stream({}), stderr, env: {} } as unknown as NodeJS.Process).columns).toBe(Infinity);
  });

  it('nobody reads any more: it is over', () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    onTestFinished(() => exit.mockRestore());
    const stdout = stream({});
    ioOf({ stdout, stderr: stream({}), env: {} } as unknown as NodeJS.Process);
    stdout.emit('error', Object.assign(new Error('it failed'), { code: 'EPIPE' }));
    expect(exit).toHaveBeenCalledWith(0);
  });

  it('what cannot be written for another reason is an error', () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    onTestFinished(() => exit.mockRestore());
    const [stdout, stderr] = [stream({}), stream({})];
    ioOf({ stdout, stderr, env: {} } as unknown as NodeJS.Process);
    stdout.emit('error', Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
    expect(exit).toHaveBeenCalledWith(1);
    expect(stderr.write.mock.calls).toEqual([['rxvisor: stdout: no space left on device\n']]);
  });
});
