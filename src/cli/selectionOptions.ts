import { type Command, InvalidArgumentError } from 'commander';
import type { ServiceSelection } from './config/selectServices.js';
import { CliError } from './cliError.js';

/** The options of `run` and `start` that select a config and its services. */
export interface SelectionFlags extends ServiceSelection {
  /** A config of any file name. */
  readonly config?: string | undefined;
}

/** Adds `--config`, `--only`, `--no-deps` and `--profile`. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('--config <file>', 'a config of any file name')
    .option('--only <names>', 'only these services of a config, and their dependencies: api,web', toNames)
    .option('--no-deps', 'with --only: without the dependencies')
    .option('--profile <name>', 'also the services with this profile. Repeat it for several', toNames);
}

/**
 * The config or script of a command. Undefined: the config of the current folder.
 *
 * @throws CliError 2 for a file besides `--config`
 */
export function fileOf(file: string | undefined, { config }: SelectionFlags): string | undefined {
  if (file === undefined || config === undefined) return config ?? file;
  throw new CliError(2, `--config ${config}: ${file} is given too. Remove one of the two.`);
}

function toNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Give names, with commas between them: api,web.');
  return [...before, ...names];
}
