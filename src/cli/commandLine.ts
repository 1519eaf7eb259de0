import { Command } from 'commander';
import { packageVersion } from '../sources/packageVersion.js';
import { visibleLines } from '../model/visible.js';
import { addClientCommands, type ClientActions } from './clientCommands.js';
import { toCount } from './toCount.js';
import { toDuration } from './toDuration.js';

export interface RunRequest {
  /** Undefined: the config of this folder. */
  readonly file: string | undefined;
  readonly args: readonly string[];
  /** In ms. */
  readonly duration: number | undefined;
  readonly maxRestarts: number | undefined;
  /** Which `env_NAME` of a pm2 ecosystem file. */
  readonly env: string | undefined;
}

/** What the commands do. */
export interface Actions extends ClientActions {
  readonly run: (request: RunRequest) => Promise<void>;
  readonly daemon: (options: { readonly resurrect: boolean }) => Promise<void>;
}

interface RunFlags {
  readonly for?: number;
  readonly maxRestarts?: number;
  readonly env?: string;
}

/** The command line. It throws a `CommanderError` where commander would exit. */
export function commandLine(actions: Actions): Command {
  const program = new Command('rxvisor')
    .description('Keeps programs running.')
    .version(packageVersion())
    .showSuggestionAfterError()
    .exitOverride()
    // It quotes what it was given.
    .configureOutput({ writeErr: (text) => void process.stderr.write(visibleLines(text)) })
    .addHelpText('after', HELP);
  program
    .command('run')
    .description('Runs services in the foreground until they have ended, or Ctrl-C. Once more kills them.')
    .argument('[file]', 'a config, or a script; without it, the config of this folder')
    .argument('[args...]', 'arguments for a script; after -- if they begin with a dash')
    .option('--for <duration>', 'stop after that long: 500ms, 5s, 10m, 2h', toDuration)
    .option('--max-restarts <count>', 'give up a service after so many; 0: no restarts', toCount(0))
    .option('--env <name>', 'with the env_NAME of a pm2 ecosystem file')
    .addHelpText('after', RUN_HELP)
    .action(async (file: string | undefined, args: string[], { for: duration, maxRestarts, env }: RunFlags) =>
      actions.run({ file, args, duration, maxRestarts, env }),
    );
  addClientCommands(program, actions);
  program
    .command('daemon')
    .description('Is the background manager, in the foreground: for systemd. start launches one by itself.')
    .option('--resurrect', 'start what was saved')
    .action(async ({ resurrect = false }: { readonly resurrect?: boolean }) => actions.daemon({ resurrect }));
  return program;
}

const HELP = `
Targets: a name (all that bear it), an id, a pid, all, or a regular
expression for names: /^web/. A number is an id rather than a pid; id:3 and
pid:4711 say which. The children are those of all managers of this user:
the background manager, each rxvisor run, and apps that serve control.

Short forms: -r FILE (run), -l (list), -s PID (stop), -R PID (restart),
-L PID (logs).

Exit codes: 0 done, 1 something failed or was refused, 2 a mistake in the
command line, 3 nothing of that kind runs, 124 no answer in time,
128 + n after signal n. Data go to stdout, all else to stderr.`;

const RUN_HELP = `
A file named *.config.js (.mjs, .cjs, .ts) or *.json is a config: an array of
services, or { services: [...] }; a module exports it as default. A pm2
ecosystem file, { apps: [...] }, and a Procfile are taken as they are.
Without a file: rxvisor.config.*, ecosystem.config.* or Procfile, if there.
Relative paths in it (cwd, log, and script from cwd) start at the folder of
the config. Any other file is a script, and runs where you are.

  // services.config.mjs
  export default [
    { name: 'api', script: 'server.js' },
    { name: 'jobs', script: 'jobs.py', log: 'logs/jobs.log' },
  ];

On a terminal, a table of the services stands below what they print;
elsewhere there is a line for each event. What goes to a log is not printed.

Exit codes: 0 all services have ended or were stopped, 1 one was given up,
2 a mistake in the command line or the config, 128 + n after signal n.`;
