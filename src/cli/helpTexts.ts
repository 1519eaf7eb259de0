/** What the help of a command adds to its line in the list of commands. */
export const NOTES: Readonly<Record<string, string>> = {
  start:
    'A second start adds the services again, beside the running ones. To apply a changed config, delete its services, then start it.',
  restart: 'A restart does not read a changed config. To apply one, delete its services, then start it.',
};

const TARGETS = 'names, ids, pids, @namespaces, /regular expressions/ for names, or all. See rxvisor --help';

/** Help of the arguments, by name. */
export const ARGUMENTS: Readonly<Record<string, string>> = {
  file: 'a config or a script. Default: the config of this folder',
  args: 'arguments of a script. Put -- before an argument that begins with a dash',
  targets: TARGETS,
  target: 'a name, an id, a pid, a @namespace, a /regular expression/ for names, or all. See rxvisor --help',
  signal: 'SIGUSR2, USR2 or a number',
  message: 'JSON, or any other text',
};

/** The examples at the end of a help text. */
export function examplesText(examples: readonly string[]): string {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${examples.map((example) => `  rxvisor ${example}\n`).join('')}`.trimEnd();
}
