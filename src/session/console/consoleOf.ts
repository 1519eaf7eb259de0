import { inspect } from 'node:util';
import { checkArgument } from '../../model/check.js';
import { string } from '../../model/checks.js';
import type { SessionBase } from '../sessionBase.js';
import { completeLine } from './completeLine.js';
import { command } from './command.js';
import type { ConsoleCommand } from './consoleCommand.js';
import { readCommand } from './readCommand.js';
import { sessionCommands } from './sessionCommands.js';
import type { SessionConsole } from './sessionConsole.js';
import { usageOf } from './usageOf.js';

const aLine = string('a line');

/** How many lines of output are kept for `logs`. */
const KEPT = 1_000;

/** The console of a session, with commands of the application's own, which come first. It keeps the last lines from here on. */
export function createConsole(session: SessionBase, own: readonly ConsoleCommand[]): SessionConsole {
  let lines: readonly string[] = [];
  session.child.event$.subscribe({
    next: (event) => {
      if (event.type === 'output') lines = [...lines, ...event.text.split('\n').slice(0, -1)].slice(-KEPT);
    },
    error: () => undefined,
  });
  const commands: readonly ConsoleCommand[] = [
    ...own,
    ...sessionCommands((count) => lines.slice(-count)),
    command('help', [], 'lists the commands', () =>
      help.map(({ usage, help }) => `${usage.padEnd(widest)}  ${help}`).join('\n'),
    ),
  ];
  const help = commands.map((each) => ({ usage: usageOf(each), help: each.help }));
  const widest = Math.max(...help.map(({ usage }) => usage.length));

  return {
    help,
    run: async (line) => {
      checkArgument('line', line, aLine);
      const read = readCommand(line, commands);
      const result = await read?.command.run(session, read.values);
      if (result === undefined || result === '') return undefined;
      return typeof result === 'string' ? result : inspect(result);
    },
    complete: (line) => {
      checkArgument('line', line, aLine);
      return completeLine(line, commands, session);
    },
  };
}
