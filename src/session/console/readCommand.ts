import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { suggest } from '../../model/suggest.js';
import type { ConsoleCommand } from './consoleCommand.js';
import { usageOf } from './usageOf.js';

/** @throws RxvisorError with code `ERR_OPTION`, naming what was meant, as far as can be guessed */
export function readCommand(
  line: string,
  commands: readonly ConsoleCommand[],
): { readonly command: ConsoleCommand; readonly values: readonly unknown[] } | undefined {
  const words = line.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  // The longest name: 'set port' before 'set'.
  const command = commands
    .filter(({ name }) => name.split(' ').every((part, index) => words[index] === part))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (command === undefined) throw unknown(words, commands);
  const { args } = command;
  const given = words.slice(command.name.split(' ').length);
  const values = args.map((pattern, index) => {
    const word = given[index];
    if (word === undefined && pattern.optional) return undefined;
    const value = word === undefined ? undefined : pattern.read(word);
    if (value !== undefined) return value;
    const what = word === undefined ? `${pattern.label} is missing` : `${show(word)} is not ${pattern.label}`;
    throw new RxvisorError('ERR_OPTION', `${command.name}: ${what}. Usage: ${usageOf(command)}`);
  });
  if (given.length > args.length) {
    const word = show(given[args.length]);
    throw new RxvisorError('ERR_OPTION', `${command.name}: ${word} is one too many. Usage: ${usageOf(command)}`);
  }
  return { command, values };
}

function unknown(words: readonly string[], commands: readonly ConsoleCommand[]): RxvisorError {
  const [first = ''] = words;
  const alike = commands.filter(({ name }) => name.split(' ')[0] === first);
  const known = commands.map(({ name }) => name.split(' ')[0] ?? '');
  const remedy = alike.length > 0 ? `Usage: ${alike.map(usageOf).join(', or ')}` : suggest(first, known, "Say 'help'.");
  return new RxvisorError('ERR_OPTION', `${show(words.join(' '))} is not a command. ${remedy}`);
}
