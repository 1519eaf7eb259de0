import type { Command } from 'commander';
import { escapeControls } from '../../model/visible.js';
import { type CommandSketch, completionScript, shells } from '../completionScript.js';
import { ExitError } from '../exitError.js';
import type { Io } from './io.js';
import { rowsOf } from './rows.js';
import { withManagers } from './withManagers.js';

export interface CompletionOptions {
  /** What a target may be; and which managers have a console. Scripts ask for them. */
  readonly names?: boolean;
  readonly consoles?: boolean;
}

/** `rxvisor completion`: the script for a shell, or what such a script asks for. */
export async function completion(
  program: Command,
  shell: string | undefined,
  { names = false, consoles = false }: CompletionOptions,
  io: Io,
): Promise<void> {
  if (names) {
    const rows = await withManagers(HASTE, MUTE, async (managers) =>
      Promise.all(managers.map(async (client) => rowsOf(client, await client.call('list', undefined)))),
    );
    const found = new Set(rows.flat().map(({ name, id }) => name ?? String(id)));
    // A shell would act upon others.
    for (const name of [...found, 'all']) if (escapeControls(name) === name) io.print(`${name}\n`);
    return;
  }
  if (consoles) {
    const infos = await withManagers(HASTE, MUTE, async (managers) =>
      Promise.resolve(managers.map(({ manager }) => manager)),
    );
    for (const { name, pid, console } of infos)
      if (console === true) io.print(`${name !== undefined && escapeControls(name) === name ? name : String(pid)}\n`);
    return;
  }
  const known = shells.find((one) => one === shell);
  if (known === undefined)
    throw new ExitError(2, `completion: for ${shell ?? 'which shell'}? Give one of: ${shells.join(', ')}.`);
  io.print(completionScript(known, program.commands.map(sketchOf)));
}

// Who has pressed Tab waits.
const HASTE = { timeout: 1_000 };
const MUTE = { warn: (): void => undefined };

/** What a command takes, by the name of its argument. */
const TAKES: readonly (readonly [RegExp, CommandSketch['takes']])[] = [
  [/^file$/, 'files'],
  [/^target/, 'children'],
  [/^manager$/, 'consoles'],
];

function sketchOf(command: Command): CommandSketch {
  const takes = command.registeredArguments.map((argument) => argument.name());
  return {
    names: [command.name(), ...command.aliases()],
    description: command.description(),
    options: command.options.flatMap(({ long, hidden }) => (long === undefined || hidden ? [] : long)),
    takes: TAKES.find(([pattern]) => takes.some((name) => pattern.test(name)))?.[1] ?? 'nothing',
  };
}
