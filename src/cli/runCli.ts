import { constants } from 'node:os';
import { type Command, CommanderError } from 'commander';
import { signals } from '../model/signals.js';
import type { InheritedEnv } from '../model/spec/inheritedEnv.js';
import type { ClientOptions } from './client/withManagers.js';
import { type Actions, commandLine } from './commandLine.js';
import type { ReloadOptions, UpdateEnvOptions } from './clientActions.js';
import type { ChildRequest } from './commands/childCommand.js';
import { exitCodeOf, CliError } from './cliError.js';
import { type Io, ioOf, warningsTo } from './io.js';

/** Runs the command given by the arguments of this process. */
export async function runCli(): Promise<void> {
  // Created on demand: `run` has a screen instead.
  let made: Io | undefined;
  const io = (): Io => (made ??= ioOf(process));
  const program = commandLine(actionsOf(io, () => program));
  try {
    await program.parseAsync(expandShorthand(process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has already printed the error. Exit code 0: --help or --version.
      if (error.exitCode !== 0) process.exit(2);
      // Listens for errors of stdout: the help may fail to be written.
      io();
      return;
    }
    const code = exitCodeOf(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    io().warn(error.message);
    process.exit(code);
  }
}

/** Expands the short forms of Resume.js: `-r FILE`, `-l`, `-s PID`, `-R PID` and `-L PID`. */
export function expandShorthand(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  return SHORT_FORMS.get(first)?.(rest) ?? args;
}

/** Parses a signal: `SIGUSR2`, `usr2` or `12`. */
export function parseSignal(word: string): NodeJS.Signals | undefined {
  const name = word.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  return signals.find((signal) => signal === name || String(constants.signals[signal]) === word);
}

/** The code of each command. Each loads its modules on demand: loading takes half the time of a command. */
export function actionsOf(io: () => Io, program: () => Command): Actions {
  const childCommand =
    <O extends ClientOptions>(request: ChildRequest<O>) =>
    async (targets: readonly string[], options: O): Promise<void> =>
      (await import('./commands/childCommand.js')).runChildCommand(targets, request, options, io());
  const reopen = childCommand(async (call, target) => call('reopenLogs', { target }));
  return {
    // A manager must survive a failed write to stdout, so these two do not use `io`.
    run: async (request) => (await import('./commands/run.js')).run(request, { warn: warningsTo(process.stderr) }),
    daemon: async (options) =>
      (await import('./commands/daemon.js')).daemon(options, { warn: warningsTo(process.stderr) }),
    start: async (file, args, options) => (await import('./commands/start.js')).start(file, args, options, io()),
    graph: async (file, options) => (await import('./commands/graph.js')).graph(file, options, io()),
    list: async (options) => (await import('./commands/list.js')).list(options, io()),
    describe: async (targets, options) => (await import('./commands/describe.js')).describe(targets, options, io()),
    logs: async (targets, options) => (await import('./commands/logs.js')).logs(orAll(targets), options, io()),
    stop: childCommand(async (call, target, { grace }: ClientOptions & { readonly grace?: number }) =>
      call('stop', { target, ...(grace !== undefined && { grace }) }),
    ),
    restart: childCommand(async (call, target, options: UpdateEnvOptions) =>
      call('restart', { target, ...(await envOf(options)) }),
    ),
    reload: childCommand(async (call, target, { parallel, ...options }: ReloadOptions) =>
      call('reload', { target, ...(parallel !== undefined && { parallel }), ...(await envOf(options)) }),
    ),
    delete: childCommand(async (call, target) => call('delete', { target })),
    reset: childCommand(async (call, target) => call('reset', { target })),
    duplicate: childCommand(async (call, target) => call('duplicate', { target })),
    watch: childCommand(async (call, target) => call('watch', { target, on: true })),
    unwatch: childCommand(async (call, target) => call('watch', { target, on: false })),
    reopen: async (targets, options) => reopen(orAll(targets), options),
    scale: async (target, count, options) =>
      childCommand(async (call, target) => call('scale', { target, count }))([target], options),
    signal: async (name, targets, options) => {
      const signal = parseSignal(name);
      if (signal === undefined) throw new CliError(2, `${name}: no such signal. Give one such as SIGUSR2 or HUP.`);
      return childCommand(async (call, target) => call('signal', { target, signal }))(targets, options);
    },
    send: async (target, text, options) => {
      const message = parseMessage(text);
      return childCommand(async (call, target) => call('send', { target, message }))([target], options);
    },
    console: async (manager, options) => (await import('./commands/console.js')).openConsole(manager, options, io()),
    events: async (options) => (await import('./commands/events.js')).events(options, io()),
    ping: async (options) => (await import('./commands/ping.js')).ping(options, io()),
    version: async (options) => (await import('./commands/version.js')).version(options, io()),
    shutdown: async (options) => (await import('./commands/shutdown.js')).shutdown(options, io()),
    save: async (options) => (await import('./commands/save.js')).save(options, io()),
    resurrect: async (options) => (await import('./commands/save.js')).resurrect(options, io()),
    startup: async (options) => (await import('./commands/startup.js')).startup(options, io()),
    import: async (file) => (await import('./commands/import.js')).importFile(file, io()),
    completion: async (shell, options) =>
      (await import('./commands/completion.js')).completion(program(), shell, options, io()),
  };
}

async function envOf({ updateEnv = false }: UpdateEnvOptions): Promise<{ readonly extendEnv?: InheritedEnv }> {
  return updateEnv ? { extendEnv: (await import('./config/backgroundSpec.js')).callerEnv() } : {};
}

function orAll(targets: readonly string[]): readonly string[] {
  return targets.length === 0 ? ['all'] : targets;
}

function parseMessage(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const SHORT_FORMS = new Map<string, (args: readonly string[]) => readonly string[]>([
  ['-r', ([file, ...args]) => ['run', ...(file === undefined ? [] : [file]), ...args]],
  ['-l', (args) => ['list', ...args]],
  ['-s', (args) => ['stop', ...toPidTarget(args)]],
  ['-R', (args) => ['restart', ...toPidTarget(args)]],
  ['-L', (args) => ['logs', ...toPidTarget(args)]],
]);

function toPidTarget([pid, ...args]: readonly string[]): readonly string[] {
  if (pid === undefined) return [];
  return [/^\d+$/.test(pid) ? `pid:${pid}` : pid, ...args];
}
