import { inspect } from 'node:util';
import { firstValueFrom } from 'rxjs';
import { checkArgument } from '../../model/check.js';
import { MAX_DELAY, string } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import { lastLines } from '../../model/runEnd.js';
import { show, suggest } from '../../model/show.js';
import type { Status } from '../../model/status.js';
import type { SessionBase } from '../sessionBase.js';
import { arg, command, type ConsoleCommand } from './command.js';
import type { SessionConsole } from './startRepl.js';

const aLine = string('a line');

/** The output that is kept for the command `logs`. */
const KEPT = { lines: 1_000, length: Infinity };

/** The console of a session. Commands of the application come first. It keeps the last lines of output from now on. */
export function createConsole(session: SessionBase, own: readonly ConsoleCommand[]): SessionConsole {
  let lines: readonly string[] = [];
  session.child.event$.subscribe({
    next: (event) => {
      if (event.type === 'output') lines = lastLines(lines, event.text, KEPT);
    },
    error: () => undefined,
  });
  const commands: readonly ConsoleCommand[] = [
    ...own,
    ...sessionCommands((count) => lines.slice(-count)),
    command('help', [], 'list the commands', () =>
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

/** @throws RxvisorError with code `ERR_OPTION`, which suggests the nearest command */
function readCommand(
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

/** Completions of a line: the matching words, and the part of the line that they match. */
function completeLine(line: string, commands: readonly ConsoleCommand[], session: SessionBase): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const next = commands.flatMap(({ name, args }) => {
    const path = name.split(' ');
    if (!before.every((word, index) => path[index] === undefined || path[index] === word)) return [];
    const part = path[before.length];
    return part === undefined ? (args[before.length - path.length]?.words(session) ?? []) : [part];
  });
  const fitting = [...new Set(next)].filter((word) => word.startsWith(last));
  return [fitting.map((word) => `${word} `), last];
}

/** `set port NAME N [restart]` */
function usageOf({ name, args }: ConsoleCommand): string {
  return [name, ...args.map(({ label }) => label)].join(' ');
}

const GONE: Status = { state: 'stopped', since: 0, attempt: 0, restarts: 0, crashes: 0 };

const how = arg.choice('clean', 'force');

/** @param tail returns the last lines of the worker's output */
function sessionCommands(tail: (count: number) => readonly string[]): readonly ConsoleCommand[] {
  return [
    command('exit', [how], 'end the session', async (session, how) => {
      await session.endSession('the console', { graceful: how === 'clean' });
    }),
    command('restart', [how], 'restart the worker', async (session, how) => {
      return statusText(await session.restart({ force: how === 'force' }));
    }),
    command(
      'set port',
      [arg.text('NAME', portsOf), arg.whole('N', 1, 65_535), arg.optional(arg.choice('restart'))],
      'set a port for the next run; restart: restart now',
      async (session, name, port, restart) => session.set(`port.${name}`, port, { restart: restart !== undefined }),
    ),
    command(
      'set polling',
      [arg.whole('N', 1, MAX_DELAY), arg.optional(arg.choice('now'))],
      'set the ms between polls; now: poll at once',
      async (session, polling, now) => session.set('polling', polling, { now: now !== undefined }),
    ),
    command('status', [], 'show the status of the worker and the settings', async (session) => {
      const settings = Object.entries(session.settings()).map(([name, value]) => `${name} ${String(value)}`);
      return [statusText(await firstValueFrom(session.child.status$, { defaultValue: GONE })), ...settings].join('\n');
    }),
    command('logs', [arg.optional(arg.whole('N', 1))], 'show the last lines of the worker', (_session, count = 20) =>
      tail(count).join('\n'),
    ),
  ];
}

function statusText({ name = 'worker', state, pid, restarts, crashes, lastExit }: Status): string {
  const running = pid === undefined ? '' : `, pid ${String(pid)}`;
  const end =
    lastExit === undefined ? '' : `, last exit ${lastExit.signal ?? lastExit.error ?? `code ${String(lastExit.code)}`}`;
  return `${name} ${state}${running}, restarts ${String(restarts)}, crashes ${String(crashes)}${end}`;
}

function portsOf(session: SessionBase): readonly string[] {
  return Object.keys(session.settings())
    .filter((name) => name.startsWith('port.'))
    .map((name) => name.slice('port.'.length));
}
