/** A command as a shell completes it. */
export interface CommandSketch {
  readonly names: readonly string[];
  readonly description: string;
  readonly options: readonly string[];
  /** What follows it. */
  readonly takes: 'files' | 'children' | 'consoles' | 'nothing';
}

export const shells = ['bash', 'zsh', 'fish'] as const;

/** A script that makes a shell complete commands, their options, files, and the names of the children there are now. */
export function completionScript(shell: (typeof shells)[number], commands: readonly CommandSketch[]): string {
  return SCRIPTS[shell](commands);
}

const SCRIPTS = { bash, zsh, fish };
const CHILDREN = 'rxvisor completion --names 2>/dev/null';
const CONSOLES = 'rxvisor completion --consoles 2>/dev/null';

function namesOf(commands: readonly CommandSketch[], takes?: CommandSketch['takes']): readonly string[] {
  return commands.filter((command) => takes === undefined || command.takes === takes).flatMap(({ names }) => names);
}

function bash(commands: readonly CommandSketch[]): string {
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

function zsh(commands: readonly CommandSketch[]): string {
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

function fish(commands: readonly CommandSketch[]): string {
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

/** For the shell: within single quotes nothing is special but the quote. */
function quote(text: string): string {
  return `'${text.replace(/'/g, String.raw`'\''`)}'`;
}
