import { type Command, Option } from 'commander';
import type { CompletionOptions } from './client/completion.js';
import type { DescribeOptions } from './client/describe.js';
import type { LogsOptions } from './client/logs.js';
import type { StartOptions } from './client/start.js';
import type { ClientOptions } from './client/withManagers.js';
import { toCount } from './toCount.js';
import { toDuration } from './toDuration.js';

type Words = readonly string[];
type ToWords<O = ClientOptions> = (targets: Words, options: O) => Promise<void>;
type ToAll<O = ClientOptions> = (options: O) => Promise<void>;

/** What the commands do that ask managers, or are about them. */
export interface ClientActions {
  readonly start: (file: string | undefined, args: Words, options: StartOptions) => Promise<void>;
  readonly list: ToAll;
  readonly describe: ToWords<DescribeOptions>;
  readonly logs: ToWords<LogsOptions>;
  readonly stop: ToWords<ClientOptions & { readonly grace?: number }>;
  readonly restart: ToWords;
  readonly reload: ToWords<ClientOptions & { readonly parallel?: number }>;
  readonly delete: ToWords;
  readonly reset: ToWords;
  readonly duplicate: ToWords;
  readonly watch: ToWords;
  readonly unwatch: ToWords;
  readonly reopen: ToWords;
  readonly scale: (target: string, count: number, options: ClientOptions) => Promise<void>;
  readonly signal: (signal: string, targets: Words, options: ClientOptions) => Promise<void>;
  readonly send: (target: string, message: string, options: ClientOptions) => Promise<void>;
  readonly console: (manager: string | undefined, options: Pick<ClientOptions, 'timeout'>) => Promise<void>;
  readonly events: ToAll;
  readonly ping: ToAll;
  readonly version: ToAll;
  readonly shutdown: ToAll;
  readonly save: ToAll;
  readonly resurrect: ToAll;
  readonly startup: ToAll;
  readonly import: (file: string, options: ClientOptions) => Promise<void>;
  readonly completion: (shell: string | undefined, options: CompletionOptions) => Promise<void>;
}

/** Adds the commands that ask managers. */
export function addClientCommands(program: Command, actions: ClientActions): void {
  const add = (usage: string, description: string): Command =>
    program.command(usage).description(description).option('--json', 'print JSON');
  const ask = (usage: string, description: string): Command =>
    add(usage, description)
      .option('--manager <pid>', "only that one: its pid, or 'daemon'")
      .option('--timeout <duration>', 'give up after that long: 500ms, 5s', toDuration);

  ask(
    'start [file] [args...]',
    'Starts services in the background, or in another manager. Without a file: those of the config of this folder.',
  )
    .option('--name <name>', 'call them so')
    .option('-i, --instances <count>', "so many of each, on shared ports; 'max': one for each core", toCount(1, 'max'))
    .option('--max-restarts <count>', 'give up a service after so many; 0: no restarts', toCount(0))
    .option('--env <name>', 'with the env_NAME of a pm2 ecosystem file')
    .action(async (file: string | undefined, args: Words, options: StartOptions) => actions.start(file, args, options));
  ask('list', 'Lists the children of all managers.').alias('ls').action(actions.list);
  ask('describe <targets...>', 'Tells all that is known of them.')
    .alias('show')
    .option('--env', 'their environments, too, secrets masked')
    .option('--show-secrets', 'do not mask secrets')
    .action(actions.describe);
  ask('logs [targets...]', 'Prints the last lines of their logs. Without targets: of all.')
    .option('-f, --follow', 'go on with what they say')
    .option('-n, --lines <count>', "so many lines of each; 'all'", toCount(0, 'all'))
    .action(actions.logs);
  ask('stop <targets...>', 'Stops them.')
    .option('--grace <duration>', 'between being asked and being killed', toDuration)
    .action(actions.stop);
  ask('restart <targets...>', 'Restarts them; done when they are ready.').action(actions.restart);
  ask('reload <targets...>', 'Restarts them one after the other; servers on a shared port without a gap.')
    .option('--parallel <count>', 'so many at a time', toCount(1))
    .action(actions.reload);
  ask('delete <targets...>', 'Stops and forgets them.').alias('del').action(actions.delete);
  ask('reset <targets...>', 'Forgets their crashes and restarts.').action(actions.reset);
  ask('signal <signal> <targets...>', 'Sends them a signal: SIGUSR2, HUP.').action(actions.signal);
  ask('send <target> <message>', 'Sends them an IPC message: JSON, or else a text.').action(actions.send);
  ask('duplicate <targets...>', 'Starts one more of each.').action(actions.duplicate);
  ask('scale <target>', 'Duplicates or deletes, until there are so many.')
    .argument('<count>', 'how many in the end', toCount(1))
    .action(actions.scale);
  ask('watch <targets...>', 'Restarts them when their files change.').action(actions.watch);
  ask('unwatch <targets...>', 'No longer restarts them when their files change.').action(actions.unwatch);
  ask('reopen [targets...]', 'Has logs reopened that were renamed. Without targets: all.').action(actions.reopen);
  program
    .command('console [manager]')
    .description('Steers a session: its console here, or the lines of stdin. Without a manager: the only one there is.')
    .option('--timeout <duration>', 'give up an answer after that long: 500ms, 5s', toDuration)
    .action(actions.console);
  ask('events', 'Tells what happens, until Ctrl-C.').action(actions.events);
  ask('ping', 'Tells which managers answer.').action(actions.ping);
  ask('version', 'Tells the versions of this command and of the managers.').action(actions.version);
  ask('shutdown', 'Ends the background manager, or another one, and all its children.').action(actions.shutdown);
  ask('save', 'Writes down what the background manager runs.').action(actions.save);
  ask('resurrect', 'Starts again, in the background, what was saved.').action(actions.resurrect);
  add('startup', 'Prints a systemd unit that starts what was saved.').action(actions.startup);
  add('import <file>', 'Prints a config made of a pm2 dump or ecosystem file.').action(actions.import);
  program
    .command('completion')
    .description('Prints a script that completes commands and names.')
    .argument('[shell]', 'bash, zsh or fish')
    .addOption(new Option('--names').hideHelp())
    .addOption(new Option('--consoles').hideHelp())
    .action(actions.completion);
}
