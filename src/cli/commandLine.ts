import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from './parseDuration.js';

export interface RunRequest {
  readonly file: string;
  readonly args: readonly string[];
  /** In ms. */
  readonly duration: number | undefined;
}

/** The command line. It throws a `CommanderError` where commander would exit. */
export function commandLine(run: (request: RunRequest) => Promise<void>): Command {
  const program = new Command('rxvisor')
    .description('Keeps programs running.')
    .version(version())
    .showSuggestionAfterError()
    .exitOverride();
  program
    .command('run')
    .description('Runs services in the foreground until they have ended, or Ctrl-C. Once more kills them.')
    .argument('<file>', 'a config, or a script to keep running')
    .argument('[args...]', 'arguments for a script; after -- if they begin with a dash')
    .option('--for <duration>', 'stop after that long: 500ms, 5s, 10m, 2h', toDuration)
    .addHelpText('after', HELP)
    .action(async (file: string, args: string[], { for: duration }: { readonly for?: number }) =>
      run({ file, args, duration }),
    );
  return program;
}

const HELP = `
A file named *.config.js, *.config.mjs, *.config.cjs or *.json is a config:
an array of services, or { services: [...] }; a module exports it as default.
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

function toDuration(text: string): number {
  const duration = parseDuration(text);
  if (duration === undefined) {
    throw new InvalidArgumentError('Give a number and ms, s, m, h or d, above 0 and up to 24d: 500ms, 5s, 1.5h.');
  }
  return duration;
}

/** Two folders up are the package's own, from `src/cli` as well as from `dist/cli`. */
function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
