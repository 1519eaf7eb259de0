import { type Command, Option } from 'commander';
import { MAX_INSTANCES } from '../model/spec/instance.js';
import type { StartOptions } from './commands/start.js';
import { ARGUMENTS, examplesText, NOTES } from './helpTexts.js';
import { toCount, toDuration } from './options.js';
import { addSelectionOptions } from './selectionOptions.js';
import type { ClientActions } from './clientActions.js';

/** Adds all commands except `run` and `daemon`. */
export function addClientCommands(program: Command, actions: ClientActions): void {
  const add = (usage: string, description: string, ...examples: readonly string[]): Command => {
    const command = program
      .command(usage)
      .summary(description)
      .description(`${description}\n\n${NOTES[usage.split(' ', 1).join('')] ?? ''}`.trimEnd())
      .option('--json', 'print JSON')
      .addHelpText('after', examplesText(examples));
    for (const argument of command.registeredArguments) argument.description = ARGUMENTS[argument.name()] ?? '';
    return command;
  };
  const addForManagers = (usage: string, description: string, ...examples: readonly string[]): Command =>
    add(usage, description, ...examples)
      .option('--manager <pid>', "use this manager only: its pid, or 'daemon'")
      .option('--timeout <duration>', 'give up after this time: 500ms, 5s, 2m', toDuration);

  const start = addForManagers(
    'start [file] [args...]',
    'Start services in the background; wait until they are ready. Without a file: the config of this folder.',
    'start',
    'start server.mjs --name web -i 2',
    'start server.mjs --max-restarts 5 -- --port 8080',
    'start ecosystem.config.js --env production',
    'start --only api,web',
    'start --only api --no-deps',
    'start --config services/local.json --profile dev',
  );
  addSelectionOptions(start)
    .option('--name <name>', 'name of the service. Default: the name in the config, or of the script')
    .option(
      '-i, --instances <count>',
      "number of instances, on shared ports; 'max': one for each core",
      toCount(1, { most: MAX_INSTANCES, word: 'max' }),
    )
    .option('--max-restarts <count>', 'maximum number of restarts of a service; 0: never restart', toCount(0))
    .option('--env <name>', 'use env_NAME of a pm2 ecosystem file')
    .action(async (file: string | undefined, args: readonly string[], options: StartOptions) =>
      actions.start(file, args, options),
    );
  const graph = addForManagers(
    'graph',
    'Show the services of a config, their dependencies, and their states if a manager runs them.',
    'graph',
    'graph services.config.mjs --format mermaid > services.mmd',
    'graph --format dot > services.dot',
    'graph --only api --no-deps',
    'graph --config services/local.json --profile dev',
  );
  addSelectionOptions(graph)
    .argument('[file]', 'a config. Default: the config of this folder')
    .addOption(
      new Option('--format <format>', 'how to print the graph. Default: text')
        .choices(['text', 'mermaid', 'dot', 'json'])
        .conflicts('json'),
    )
    .action(actions.graph);
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
    'Show details of services: configuration, log files, metrics, last events.',
    'describe web',
    'describe web --env',
    'describe web --env --show-secrets',
  )
    .alias('show')
    .option('--env', 'show environment variables too, with secrets masked')
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
    .option(
      '-n, --lines <count>',
      "number of lines of each service, or 'all'. Default: 10",
      toCount(0, { word: 'all' }),
    )
    .action(actions.logs);
  addForManagers(
    'stop <targets...>',
    'Stop services; wait until their processes are gone.',
    'stop web',
    'stop web jobs --grace 30s',
  )
    .option('--grace <duration>', 'time to stop before SIGKILL. Default: that of the service', toDuration)
    .action(actions.stop);
  addForManagers(
    'restart <targets...>',
    'Restart services; wait until they are ready.',
    'restart web',
    'restart @batch',
    'restart all',
    'restart web --update-env',
  )
    .option(...UPDATE_ENV)
    .action(actions.restart);
  addForManagers(
    'reload <targets...>',
    'Restart instances one by one, so that a server on a shared port loses no request.',
    'reload web',
    'reload web --parallel 2',
    'reload web --update-env',
  )
    .option(...UPDATE_ENV)
    .option(
      '--parallel <count>',
      'number of instances to restart at a time. Default: 1',
      toCount(1, { most: MAX_INSTANCES }),
    )
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
  addForManagers('duplicate <targets...>', 'Start one more instance of services.', 'duplicate web').action(
    actions.duplicate,
  );
  addForManagers('scale <target>', 'Set the number of instances of a service.', 'scale web 4')
    .argument('<count>', 'number of instances', toCount(1, { most: MAX_INSTANCES }))
    .action(actions.scale);
  addForManagers('watch <targets...>', 'Restart services when their files change.', 'watch web').action(actions.watch);
  addForManagers('unwatch <targets...>', 'Stop watching the files of services.', 'unwatch web').action(actions.unwatch);
  addForManagers(
    'reopen [targets...]',
    'Reopen log files that logrotate has renamed. Without targets: of all services.',
    'reopen',
    'reopen web',
  ).action(actions.reopen);
  program
    .command('console')
    .argument('[manager]', 'name or pid of the manager. Default: the only one with a console')
    .description('Open the console of a session. In a pipe: run the lines of stdin.')
    .option('--timeout <duration>', 'time to wait for each answer: 500ms, 5s', toDuration)
    .addHelpText('after', examplesText(['console', 'console web --timeout 10s', 'console 4711 < commands.txt']))
    .action(actions.console);
  addForManagers(
    'events',
    'Print events of all services as they happen, until Ctrl-C.',
    'events',
    'events --json',
  ).action(actions.events);
  addForManagers('ping', 'List the managers of this user, with versions and answer times.', 'ping').action(
    actions.ping,
  );
  addForManagers('version', 'Show the versions of this command and of the managers.', 'version').action(
    actions.version,
  );
  addForManagers(
    'shutdown',
    'Stop the background manager and all its services.',
    'shutdown',
    'shutdown --manager 4711',
  ).action(actions.shutdown);
  addForManagers('save', 'Save the list of services of the background manager, for `resurrect`.', 'save').action(
    actions.save,
  );
  addForManagers('resurrect', 'Start the services of the saved list in the background.', 'resurrect').action(
    actions.resurrect,
  );
  add(
    'startup',
    'Print a systemd unit that starts the services of the saved list at boot.',
    'startup > ~/.config/systemd/user/rxvisor.service',
  ).action(actions.startup);
  add(
    'import',
    'Convert a pm2 dump or ecosystem file to a config, and print it.',
    'import ~/.pm2/dump.pm2 > services.config.json',
  )
    .argument('<file>', 'a pm2 dump or an ecosystem file')
    .action(actions.import);
  program
    .command('completion')
    .description('Print a shell script that completes commands, options and service names.')
    .argument('[shell]', 'bash, zsh or fish')
    .addOption(new Option('--names').hideHelp())
    .addOption(new Option('--consoles').hideHelp())
    .addHelpText('after', examplesText(['completion bash >> ~/.bashrc']))
    .action(actions.completion);
}

const UPDATE_ENV = ['--update-env', 'give the services the environment of this command, for all later runs'] as const;
