import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { type Actions, commandLine } from '../../src/cli/commandLine.js';

/** What a command line asks for, or how commander refuses it, and what it prints. */
async function parse(...args: string[]) {
  const asked: unknown[][] = [];
  let out = '';
  let err = '';
  // Commander hands over the command itself, too.
  const action =
    (name: string) =>
    async (...given: unknown[]): Promise<void> =>
      void asked.push([name, ...given.filter((value) => !isCommand(value))]);
  const actions = new Proxy({} as Actions, { get: (_, name) => action(String(name)) });
  const program = commandLine(actions);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (err += text) });
  }
  const error = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect.assert(error === undefined || error instanceof CommanderError);
  return { asked, out, err, code: error?.code, exitCode: error?.exitCode };
}

function isCommand(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'parseAsync' in value;
}

/** What `run` asks for without options. */
const plain = {
  ...{ file: undefined, args: [], duration: undefined, maxRestarts: undefined, env: undefined },
  selection: { config: undefined, only: undefined, deps: true, profile: undefined },
  ...{ abortOnExit: false, abortOnFailure: false, exitCodeFrom: undefined },
};

describe('the command line', () => {
  it('runs a file', async () => {
    expect(await parse('run', 'app.js')).toMatchObject({
      asked: [['run', { file: 'app.js', args: [], duration: undefined, maxRestarts: undefined }]],
      err: '',
    });
  });

  it('takes --for anywhere, and arguments for a script', async () => {
    const { asked } = await parse('run', 'app.js', '--for', '1.5m', 'one', '--max-restarts', '3', '--', '--for', 'x');
    expect(asked).toMatchObject([
      ['run', { file: 'app.js', args: ['one', '--for', 'x'], duration: 90_000, maxRestarts: 3 }],
    ]);
  });

  it.each<[string, unknown[]]>([
    ['start app.js -i 4 --name web -- -v', ['start', 'app.js', ['-v'], { instances: 4, name: 'web' }]],
    ['start app.js -i max --json', ['start', 'app.js', [], { instances: 'max', json: true }]],
    ['graph', ['graph', undefined, {}]],
    ['graph --only a,b --no-deps', ['graph', undefined, { only: ['a', 'b'], deps: false }]],
    ['graph a.json --format dot', ['graph', 'a.json', { format: 'dot' }]],
    ['ls', ['list', {}]],
    ['list --json --manager daemon', ['list', { json: true, manager: 'daemon' }]],
    ['show web 3 --env', ['describe', ['web', '3'], { env: true }]],
    ['logs -f -n 50 --timeout 5s', ['logs', [], { follow: true, lines: 50, timeout: 5_000 }]],
    ['logs web --lines all', ['logs', ['web'], { lines: 'all' }]],
    ['stop all --grace 2s', ['stop', ['all'], { grace: 2_000 }]],
    ['restart /^web/ 2', ['restart', ['/^web/', '2'], {}]],
    ['del a', ['delete', ['a'], {}]],
    ['reset a', ['reset', ['a'], {}]],
    ['signal SIGUSR2 a b', ['signal', 'SIGUSR2', ['a', 'b'], {}]],
    ['send a hello', ['send', 'a', 'hello', {}]],
    ['duplicate a', ['duplicate', ['a'], {}]],
    ['scale web 3', ['scale', 'web', 3, {}]],
    ['run', ['run', plain]],
    ['run --abort-on-exit', ['run', { ...plain, abortOnExit: true }]],
    ['run --abort-on-failure', ['run', { ...plain, abortOnFailure: true }]],
    ['run --exit-code-from a', ['run', { ...plain, abortOnExit: true, exitCodeFrom: 'a' }]],
    ['run --exit-code-from a --abort-on-failure', ['run', { ...plain, abortOnFailure: true, exitCodeFrom: 'a' }]],
    ['run --config a.conf', ['run', { ...plain, selection: { ...plain.selection, config: 'a.conf' } }]],
    ['run --only a,b --only c', ['run', { ...plain, selection: { ...plain.selection, only: ['a', 'b', 'c'] } }]],
    ['start --only a --no-deps', ['start', undefined, [], { only: ['a'], deps: false }]],
    ['start --profile dev --profile ci', ['start', undefined, [], { profile: ['dev', 'ci'], deps: true }]],
    ['start --env production', ['start', undefined, [], { env: 'production' }]],
    ['reload web', ['reload', ['web'], {}]],
    ['watch web', ['watch', ['web'], {}]],
    ['unwatch web', ['unwatch', ['web'], {}]],
    ['reopen', ['reopen', [], {}]],
    ['console', ['console', undefined, {}]],
    ['console web --timeout 2s', ['console', 'web', { timeout: 2_000 }]],
    ['events --json', ['events', { json: true }]],
    ['ping', ['ping', {}]],
    ['version', ['version', {}]],
    ['shutdown --manager 12', ['shutdown', { manager: '12' }]],
    ['save', ['save', {}]],
    ['resurrect', ['resurrect', {}]],
    ['startup', ['startup', {}]],
    ['import dump.pm2', ['import', 'dump.pm2', {}]],
    ['completion bash', ['completion', 'bash', {}]],
    ['completion --names', ['completion', undefined, { names: true }]],
    ['completion --consoles', ['completion', undefined, { consoles: true }]],
    ['daemon --resurrect', ['daemon', { resurrect: true }]],
    ['daemon', ['daemon', { resurrect: false }]],
  ])('%s', async (line, asked) => {
    expect(await parse(...line.split(' '))).toMatchObject({ asked: [asked], err: '', out: '' });
  });

  it.each([
    [['rum', 'app.js'], "unknown command 'rum'\n(Did you mean run?)"],
    [['run', '--fro', '5s', 'app.js'], "unknown option '--fro'\n(Did you mean --for?)"],
    [['run', 'app.js', '--for', '5x'], "argument '5x' is invalid. Give a number and ms, s, m, h or d"],
    [['run', 'app.js', '--max-restarts', '-1'], "argument '-1' is invalid. Give a whole number, 0 or more."],
    [['start', 'a.js', '-i', '0'], "argument '0' is invalid. Give a whole number from 1 to 10000, or 'max'."],
    [['start', 'a.js', '-i', '10001'], "argument '10001' is invalid. Give a whole number from 1 to 10000, or 'max'."],
    [['scale', 'web', 'x'], "argument value 'x' is invalid for argument 'count'. Give a whole number from 1 to 10000."],
    [['scale', 'web', '10001'], "value '10001' is invalid for argument 'count'. Give a whole number from 1 to 10000."],
    [['reload', 'web', '--parallel', '10001'], "argument '10001' is invalid. Give a whole number from 1 to 10000."],
    [['graph', '--format', 'svg'], "argument 'svg' is invalid. Allowed choices are text, mermaid, dot, json."],
    [['graph', '--json', '--format', 'dot'], "'--format <format>' cannot be used with option '--json'"],
    [['run', '--only', 'a,'], "argument 'a,' is invalid. Give names, with commas between them: api,web."],
    [['stop'], "missing required argument 'targets'"],
    [['list', '--jsno'], "unknown option '--jsno'\n(Did you mean --json?)"],
    [[], 'Usage: rxvisor'],
  ])('refuses %j', async (args, problem) => {
    const { asked, out, err, exitCode } = await parse(...args);
    expect({ asked, out }).toEqual({ asked: [], out: '' });
    expect(err).toContain(problem);
    expect(exitCode).not.toBe(0);
  });

  it('its help distinguishes a config from a script; it prints its version', async () => {
    const help = await parse('run', '--help');
    expect(help).toMatchObject({ exitCode: 0, err: '', asked: [] });
    for (const word of ['*.config.mjs', '--for', 'Exit codes', 'folder of']) expect(help.out).toContain(word);
    const all = await parse('--help');
    for (const word of ['-s PID', 'Targets', '124', 'resurrect', 'ls']) expect(all.out).toContain(word);
    const own = all.out.slice(all.out.indexOf('Targets:'));
    for (const line of `${help.out}${own}`.split('\n')) expect(line.length).toBeLessThan(80);
    const version = await parse('--version');
    expect(version.exitCode).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('the examples of the help', () => {
  const commands = commandLine({} as Actions).commands.map((command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const [, text = ''] = help.split(/^Examples?:$/m);
    return {
      name: command.name(),
      options: command.options.filter(({ hidden }) => !hidden),
      examples: text.match(/(?<=^ {2}rxvisor ).+/gm) ?? [],
    };
  });
  /** Of every command that asks managers. */
  const shared = ['--json', '--manager', '--timeout'];

  it.each(commands)('$name: each is accepted, and each option is in one', async ({ name, options, examples }) => {
    expect(examples).not.toEqual([]);
    for (const example of examples) {
      const [words = ''] = example.split(/ [<>]+ /);
      const args = words.match(/'[^']*'|\S+/g) ?? [];
      const { asked, err } = await parse(...args.map((word) => word.replaceAll("'", '')));
      expect({ example, err, asked: asked.map(([command]) => command) }).toEqual({ example, err: '', asked: [name] });
    }
    const used = examples.join(' ').split(' ');
    const unused = options.filter(({ short, long }) => !used.includes(short ?? '') && !used.includes(long ?? ''));
    expect(unused.map(({ long }) => long).filter((long) => !shared.includes(long ?? ''))).toEqual([]);
  });
});
