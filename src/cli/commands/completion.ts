import type { Command } from 'commander';
import { escapeControls } from '../../model/show.js';
import { listRows } from '../client/rows.js';
import { withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

export interface CompletionOptions {
  /** Print the names for targets, or the managers with a console. The completion scripts use these options. */
  readonly names?: boolean;
  readonly consoles?: boolean;
}

/** What a completion script knows about a command. */
export interface CompletedCommand {
  readonly names: readonly string[];
  readonly description: string;
  readonly options: readonly string[];
  /** The kind of its arguments. */
  readonly takes: 'files' | 'children' | 'consoles' | 'nothing';
}

/** `rxvisor completion`: prints the script for a shell, or the words that such a script requests. */
export async function completion(
  program: Command,
  shell: string | undefined,
  { names = false, consoles = false }: CompletionOptions,
  io: Io,
): Promise<void> {
  if (names) {
    const rows = await withManagers({ ...FAST, withList: true }, SILENT, async (managers) =>
      Promise.all(managers.map(listRows)),
    );
    const found = new Set(
      rows
        .flat()
        .flatMap(({ name, namespace, id }) => [
          name ?? String(id),
          ...(namespace === undefined ? [] : [`@${namespace}`]),
        ]),
    );
    // Skips names with control characters, which a shell could interpret.
    for (const name of [...found, 'all']) if (escapeControls(name) === name) io.print(`${name}\n`);
    return;
  }
  if (consoles) {
    const infos = await withManagers(FAST, SILENT, async (managers) =>
      Promise.resolve(managers.map(({ manager }) => manager)),
    );
    for (const { name, pid, console } of infos)
      if (console === true) io.print(`${name !== undefined && escapeControls(name) === name ? name : String(pid)}\n`);
    return;
  }
  const known = shells.find((one) => one === shell);
  if (known === undefined)
    throw new CliError(
      2,
      shell === undefined
        ? `completion: no shell given. Give one of: ${shells.join(', ')}.`
        : `completion: ${shell} is not supported. Give one of: ${shells.join(', ')}.`,
    );
  io.print(completionScript(known, program.commands.map(completionOf)));
}

/** In ms: a user who pressed Tab waits for the answer. */
const FAST = { timeout: 1_000 };
const SILENT = { warn: (): void => undefined };

/** Words to complete, by the name of an argument. */
const ARGUMENT_KINDS: readonly (readonly [RegExp, CompletedCommand['takes']])[] = [
  [/^file$/, 'files'],
  [/^target/, 'children'],
  [/^manager$/, 'consoles'],
];

function completionOf(command: Command): CompletedCommand {
  const takes = command.registeredArguments.map((argument) => argument.name());
  return {
    names: [command.name(), ...command.aliases()],
    description: command.summary() || command.description(),
    options: command.options.flatMap(({ long, hidden }) => (long === undefined || hidden ? [] : long)),
    takes: ARGUMENT_KINDS.find(([pattern]) => takes.some((name) => pattern.test(name)))?.[1] ?? 'nothing',
  };
}

const shells = ['bash', 'zsh', 'fish'] as const;

/** Makes a script that completes commands, options, files, and the names of current services. */
function completionScript(shell: (typeof shells)[number], commands: readonly CompletedCommand[]): string {
  return SCRIPTS[shell](commands);
}

const CHILDREN = 'rxvisor completion --names 2>/dev/null';
const CONSOLES = 'rxvisor completion --consoles 2>/dev/null';

const SCRIPTS = { bash, zsh, fish };

function namesOf(commands: readonly CompletedCommand[], takes?: CompletedCommand['takes']): readonly string[] {
  return commands.filter((command) => takes === undefined || command.takes === takes).flatMap(({ names }) => names);
}

function bash(commands: readonly CompletedCommand[]): string {
  const options = commands.map(({ names, options }) => `    ${names.join('|')}) words='${options.join(' ')}' ;;`);
  return `_rxvisor() {
  local IFS=$' \\t\\n' word="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${namesOf(commands).join(' ')}' -- "$word"))
    return
  fi
  case "$command" in
${options.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")); return ;;
  esac
  case "$command" in
    ${namesOf(commands, 'children').join('|')})
      IFS=$'\\n'
      COMPREPLY=($(compgen -W "$(${CHILDREN})" -- "$word")) ;;
    ${namesOf(commands, 'consoles').join('|')})
      IFS=$'\\n'
      COMPREPLY=($(compgen -W "$(${CONSOLES})" -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W '${shells.join(' ')}' -- "$word")) ;;
    ${namesOf(commands, 'files').join('|')})
      IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -F _rxvisor rxvisor
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = commands.flatMap(({ names, description }) =>
    names.map((name) => `    ${quote(`${name}:${description}`)}`),
  );
  const options = commands.map(({ names, options }) => `    ${names.join('|')}) options=(${options.join(' ')}) ;;`);
  return `#compdef rxvisor
_rxvisor() {
  local -a commands options children
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${options.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    compadd -- $options
    return
  fi
  case $words[2] in
    ${namesOf(commands, 'children').join('|')})
      children=(\${(f)"$(${CHILDREN})"})
      compadd -a children ;;
    ${namesOf(commands, 'consoles').join('|')})
      children=(\${(f)"$(${CONSOLES})"})
      compadd -a children ;;
    completion) compadd ${shells.join(' ')} ;;
    ${namesOf(commands, 'files').join('|')}) _files ;;
  esac
}
compdef _rxvisor rxvisor
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const seen = (names: readonly string[]): string =>
    `complete -c rxvisor -n '__fish_seen_subcommand_from ${names.join(' ')}'`;
  return [
    'complete -c rxvisor -f',
    ...commands.flatMap(({ names, description, options }) => [
      ...names.map((name) => `complete -c rxvisor -n __fish_use_subcommand -a ${name} -d ${quote(description)}`),
      ...options.map((option) => `${seen(names)} -l ${option.replace(/^--/, '')}`),
    ]),
    `${seen(namesOf(commands, 'children'))} -a '(${CHILDREN})'`,
    `${seen(namesOf(commands, 'consoles'))} -a '(${CONSOLES})'`,
    `${seen(namesOf(commands, 'files'))} -F`,
    `${seen(['completion'])} -a '${shells.join(' ')}'`,
    '',
  ].join('\n');
}

/** Quotes a text for a shell. Within single quotes, only the quote itself is special. */
function quote(text: string): string {
  return `'${text.replace(/'/g, String.raw`'\''`)}'`;
}
