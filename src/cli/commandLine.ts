import { Command } from 'commander';
import { escapeControlsInLines } from '../model/show.js';
import { packageVersion } from '../system/packageVersion.js';
import type { ClientActions } from './clientActions.js';
import { addClientCommands } from './clientCommands.js';
import { examplesText } from './helpTexts.js';
import { toCount, toDuration } from './options.js';
import { addSelectionOptions, type SelectionFlags } from './selectionOptions.js';

export interface RunRequest {
  /** A config or a script. Undefined: the config of the current folder. */
  readonly file: string | undefined;
  readonly args: readonly string[];
  /** Stop after this time, in ms. */
  readonly duration: number | undefined;
  readonly maxRestarts: number | undefined;
  /** NAME of the `env_NAME` to use from a pm2 ecosystem file. */
  readonly env: string | undefined;
  /** The config, and which of its services to run. */
  readonly selection: SelectionFlags;
  /** Stop all services when one has ended for good. */
  readonly abortOnExit: boolean;
  /** Stop all services when one has failed. */
  readonly abortOnFailure: boolean;
  /** The name of the service whose exit code is that of the command. */
  readonly exitCodeFrom: string | undefined;
}

/** The functions that commands call. */
export interface Actions extends ClientActions {
  readonly run: (request: RunRequest) => Promise<void>;
  readonly daemon: (options: { readonly resurrect: boolean }) => Promise<void>;
}

interface RunFlags extends SelectionFlags {
  readonly for?: number;
  readonly maxRestarts?: number;
  readonly env?: string;
  readonly abortOnExit?: boolean;
  readonly abortOnFailure?: boolean;
  readonly exitCodeFrom?: string;
}

/** Defines the command line. Parsing throws a `CommanderError` where commander would exit. */
export function commandLine(actions: Actions): Command {
  const program = new Command('rxvisor')
    .description('Run services: restart them when they crash, stop them cleanly, keep their logs.')
    .version(packageVersion())
    .showSuggestionAfterError()
    .exitOverride()
    // Error messages quote the arguments, which may hold control characters.
    .configureOutput({ writeErr: (text) => void process.stderr.write(escapeControlsInLines(text)) })
    .addHelpText('after', HELP);
  addSelectionOptions(program.command('run'))
    .description('Run services in the foreground until they end or you press Ctrl-C. A second Ctrl-C kills them.')
    .argument('[file]', 'a config or a script. Default: the config of this folder')
    .argument('[args...]', 'arguments of the script. Put -- before an argument that begins with a dash')
    .option('--for <duration>', 'stop after this time: 500ms, 5s, 10m, 2h', toDuration)
    .option('--max-restarts <count>', 'maximum number of restarts of a service; 0: never restart', toCount(0))
    .option('--env <name>', 'use env_NAME of a pm2 ecosystem file')
    .option('--abort-on-exit', 'stop all services when one has ended; exit with its code')
    .option('--abort-on-failure', 'stop all services when one has failed; exit with its code')
    .option('--exit-code-from <name>', 'exit with the code of this service; implies --abort-on-exit')
    .addHelpText('after', RUN_HELP)
    .action(async (file: string | undefined, args: string[], flags: RunFlags) =>
      actions.run(requestOf(file, args, flags)),
    );
  addClientCommands(program, actions);
  program
    .command('daemon')
    .description(
      'Run the background manager in the foreground (for systemd). `rxvisor start` launches it automatically.',
    )
    .option('--resurrect', 'start the services of the saved list')
    .addHelpText('after', examplesText(['daemon --resurrect']))
    .action(async ({ resurrect = false }: { readonly resurrect?: boolean }) => actions.daemon({ resurrect }));
  return program;
}

/** As in docker compose, `--exit-code-from` implies `--abort-on-exit`, unless `--abort-on-failure` is given. */
function requestOf(file: string | undefined, args: readonly string[], flags: RunFlags): RunRequest {
  const { for: duration, maxRestarts, env, abortOnFailure = false, exitCodeFrom } = flags;
  const { config, only, deps, profile } = flags;
  const selection = { config, only, deps, profile };
  const { abortOnExit = exitCodeFrom !== undefined && !abortOnFailure } = flags;
  return { file, args, duration, maxRestarts, env, selection, abortOnExit, abortOnFailure, exitCodeFrom };
}

const HELP = `
Targets: a name (all services of that name), an id, a pid, @batch (all
services of the namespace batch), all, or a regular expression for names,
such as /^web/. A number is tried as a name, then as an id, then as a pid;
id:3 and pid:4711 are exact. Commands reach
all managers of this user: the background manager, each rxvisor run, and
each app that uses serveControl$.

Short forms: -r FILE (run), -l (list), -s PID (stop), -R PID (restart),
-L PID (logs).

Exit codes: 0 done, 1 something failed or was refused, 2 wrong command line
or config, 3 no such service or manager, 124 no answer in time, 128 + n
after signal n. Results go to stdout, everything else to stderr.

Examples:
  rxvisor run services.config.mjs
  rxvisor start server.mjs --name web
  rxvisor list
  rxvisor logs -f web`;

const RUN_HELP = `
A config is a file *.config.mjs (.js, .cjs, .ts, .mts) or *.json. It
contains an array of services, or { services: [...] }. A module exports
this as its default. A pm2 ecosystem file and a Procfile work too. Any
other file is a script, except with --config.
Without a file, rxvisor looks in this folder for rxvisor.config.*, then
ecosystem.config.*, then Procfile. Relative paths in a config (cwd, log,
script) start at the folder of the config. A script runs in this folder.

  // services.config.mjs
  export default [
    { name: 'api', script: 'server.js' },
    { name: 'jobs', script: 'jobs.py', log: 'logs/jobs.log' },
  ];

The command prints a line for each event, and the output of services
without a log. In a terminal, it shows a table of the services below.

With --abort-on-exit, --abort-on-failure and --exit-code-from, a crashed
service is not restarted. Restarts need --max-restarts, or one of restartAt,
restartOn and limit in the config. A service has ended when no restart will
follow. One that you stop or restart by a command has not.

Exit codes: 0 all services ended or were stopped, 1 a service failed,
2 wrong command line or config, 128 + n after signal n. If a service has
stopped all others: its exit code, or 128 + n if signal n ended it.

Examples:
  rxvisor run
  rxvisor run services.config.mjs --for 10m
  rxvisor run server.mjs --max-restarts 5 -- --port 8080
  rxvisor run ecosystem.config.js --env production
  rxvisor run --only api,web
  rxvisor run --only api --no-deps
  rxvisor run --config services/local.json --profile dev
  rxvisor run ci.config.mjs --exit-code-from tests --for 10m
  rxvisor run --abort-on-exit
  rxvisor run --abort-on-failure --max-restarts 3`;
