import { type Command, Option } from 'commander';
import { MAX_INSTANCES } from '../model/spec/instance.js';
import type { ClientOptions } from './client/withManagers.js';
import type { CompletionOptions } from './commands/completion.js';
import type { DescribeOptions } from './commands/describe.js';
import type { LogsOptions } from './commands/logs.js';
import type { StartOptions } from './commands/start.js';
import { toCount, toDuration } from './options.js';

type Targets = readonly string[];
type ForTargets<O = ClientOptions> = (targets: Targets, options: O) => Promise<void>;
type ForAll<O = ClientOptions> = (options: O) => Promise<void>;

/** What the commands do that ask managers, or are about them. */
export interface ClientActions {
  readonly start: (file: string | undefined, args: Targets, options: StartOptions) => Promise<void>;
  readonly list: ForAll;
  readonly describe: ForTargets<DescribeOptions>;
  readonly logs: ForTargets<LogsOptions>;
  readonly stop: ForTargets<ClientOptions & { readonly grace?: number }>;
  readonly restart: ForTargets;
  readonly reload: ForTargets<ClientOptions & { readonly parallel?: number }>;
  readonly delete: ForTargets;
  readonly reset: ForTargets;
  readonly duplicate: ForTargets;
  readonly watch: ForTargets;
  readonly unwatch: ForTargets;
  readonly reopen: ForTargets;
  readonly scale: (target: string, count: number, options: ClientOptions) => Promise<void>;
  readonly signal: (signal: string, targets: Targets, options: ClientOptions) => Promise<void>;
  readonly send: (target: string, message: string, options: ClientOptions) => Promise<void>;
  readonly console: (manager: string | undefined, options: Pick<ClientOptions, 'timeout'>) => Promise<void>;
  readonly events: ForAll;
  readonly ping: ForAll;
  readonly version: ForAll;
  readonly shutdown: ForAll;
  readonly save: ForAll;
  readonly resurrect: ForAll;
  readonly startup: ForAll;
  readonly import: (file: string, options: ClientOptions) => Promise<void>;
  readonly completion: (shell: string | undefined, options: CompletionOptions) => Promise<void>;
}

/** Adds the commands that ask managers. */
export function addClientCommands(program: Command, actions: ClientActions): void {
  const add = (usage: string, description: string, ...examples: readonly string[]): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', 'print JSON')
      .addHelpText('after', examplesText(examples));
  const addForManagers = (usage: string, description: string, ...examples: readonly string[]): Command =>
    add(usage, description, ...examples)
      .option('--manager <pid>', "use this manager only: its pid, or 'daemon'")
      .option('--timeout <duration>', 'give up after this time: 500ms, 5s, 2m', toDuration);

  addForManagers(
    'start [file] [args...]',
    'Start services in the background; wait until they are ready. Without a file: the config of this folder.',
    'start',
    'start server.mjs --name web -i 2',
    'start server.mjs --max-restarts 5 -- --port 8080',
    'start ecosystem.config.js --env production',
  )
    .option('--name <name>', 'name of the service')
    .option(
      '-i, --instances <count>',
      "number of instances, on shared ports; 'max': one for each core",
      toCount(1, { most: MAX_INSTANCES, word: 'max' }),
    )
    .option('--max-restarts <count>', 'maximum number of restarts of a service; 0: never restart', toCount(0))
    .option('--env <name>', 'use env_NAME of a pm2 ecosystem file')
    .action(async (file: string | undefined, args: Targets, options: StartOptions) =>
      actions.start(file, args, options),
    );
  addForManagers(
    'list',
    'List the services of all managers.',
    'list',
    'list --json',
    'list --manager daemon --timeout 2s',
  )
    .alias('ls')
    .action(actions.list);
  addForManagers(
    'describe <targets...>',
    'Show details of services: spec, logs, metrics, last events.',
    'describe web',
    'describe web --env',
    'describe web --env --show-secrets',
  )
    .alias('show')
    .option('--env', 'show environments too, with secrets masked')
    .option('--show-secrets', 'do not mask secrets')
    .action(actions.describe);
  addForManagers(
    'logs [targets...]',
    'Print the last lines of logs. Without targets: of all services.',
    'logs -f web',
    'logs -n 100 web jobs',
    'logs -n all web',
  )
    .option('-f, --follow', 'print new lines too, until Ctrl-C')
    .option('-n, --lines <count>', "number of lines of each service, or 'all'", toCount(0, { word: 'all' }))
    .action(actions.logs);
  addForManagers(
    'stop <targets...>',
    'Stop services; wait until their processes are gone.',
    'stop web',
    'stop web jobs --grace 30s',
  )
    .option('--grace <duration>', 'time between the request to stop and SIGKILL', toDuration)
    .action(actions.stop);
  addForManagers(
    'restart <targets...>',
    'Restart services; wait until they are ready.',
    'restart web',
    'restart all',
  ).action(actions.restart);
  addForManagers(
    'reload <targets...>',
    'Restart instances one by one. Servers on a shared port lose no request.',
    'reload web',
    'reload web --parallel 2',
  )
    .option('--parallel <count>', 'number of instances to replace at a time', toCount(1, { most: MAX_INSTANCES }))
    .action(actions.reload);
  addForManagers('delete <targets...>', 'Stop services and remove them from the list.', 'delete web', 'delete all')
    .alias('del')
    .action(actions.delete);
  addForManagers('reset <targets...>', 'Reset the crash and restart counts of services.', 'reset web').action(
    actions.reset,
  );
  addForManagers(
    'signal <signal> <targets...>',
    'Send a signal to the process groups of services.',
    'signal SIGUSR2 web',
    'signal HUP all',
  ).action(actions.signal);
  addForManagers(
    'send <target> <message>',
    'Send an IPC message to a service: JSON, or text.',
    `send web '{ "level": "debug" }'`,
    'send web hello',
  ).action(actions.send);
  addForManagers('duplicate <targets...>', 'Start one more instance of each service.', 'duplicate web').action(
    actions.duplicate,
  );
  addForManagers('scale <target>', 'Set the number of instances of a service.', 'scale web 4')
    .argument('<count>', 'number of instances', toCount(1, { most: MAX_INSTANCES }))
    .action(actions.scale);
  addForManagers('watch <targets...>', 'Restart services when their files change.', 'watch web').action(actions.watch);
  addForManagers('unwatch <targets...>', 'Stop watching the files of services.', 'unwatch web').action(actions.unwatch);
  addForManagers(
    'reopen [targets...]',
    'Reopen log files after a logrotate. Without targets: of all services.',
    'reopen',
    'reopen web',
  ).action(actions.reopen);
  program
    .command('console [manager]')
    .description('Open the console of a session. In a pipe: run the lines of stdin.')
    .option('--timeout <duration>', 'wait this long for each answer: 500ms, 5s', toDuration)
    .addHelpText('after', examplesText(['console', 'console web --timeout 10s', 'console 4711 < commands.txt']))
    .action(actions.console);
  addForManagers('events', 'Print events as they happen, until Ctrl-C.', 'events', 'events --json').action(
    actions.events,
  );
  addForManagers('ping', 'Show which managers answer.', 'ping').action(actions.ping);
  addForManagers('version', 'Show the versions of this command and of the managers.', 'version').action(
    actions.version,
  );
  addForManagers(
    'shutdown',
    'Stop all services of the background manager, and the manager.',
    'shutdown',
    'shutdown --manager 4711',
  ).action(actions.shutdown);
  addForManagers('save', 'Save the list of services of the background manager.', 'save').action(actions.save);
  addForManagers('resurrect', 'Start the services of the saved list in the background.', 'resurrect').action(
    actions.resurrect,
  );
  add(
    'startup',
    'Print a systemd unit that starts the saved list at boot.',
    'startup > ~/.config/systemd/user/rxvisor.service',
  ).action(actions.startup);
  add(
    'import <file>',
    'Print a config made from a pm2 dump or ecosystem file.',
    'import ~/.pm2/dump.pm2 > services.config.json',
  ).action(actions.import);
  program
    .command('completion')
    .description('Print a script that completes commands and names.')
    .argument('[shell]', 'bash, zsh or fish')
    .addOption(new Option('--names').hideHelp())
    .addOption(new Option('--consoles').hideHelp())
    .addHelpText('after', examplesText(['completion bash >> ~/.bashrc']))
    .action(actions.completion);
}

/** The part of a help text below the options. */
export function examplesText(examples: readonly string[]): string {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  return `\n${title}:\n${examples.map((example) => `  rxvisor ${example}\n`).join('')}`.trimEnd();
}
