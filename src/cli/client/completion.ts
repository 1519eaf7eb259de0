import type { Command } from 'commander';
import { type CommandSketch, completionScript, shells } from '../completionScript.js';
import { ExitError } from '../exitError.js';
import type { Io } from './io.js';
import { rowsOf } from './rows.js';
import { withManagers } from './withManagers.js';

/** `rxvisor completion`: the script for a shell; with `--names`, which that script asks for, what a target may be. */
export async function completion(
  program: Command,
  shell: string | undefined,
  { names = false }: { readonly names?: boolean },
  io: Io,
): Promise<void> {
  if (names) {
    const rows = await withManagers({ timeout: 1_000 }, { tell: () => undefined }, async (managers) =>
      Promise.all(managers.map(async (client) => rowsOf(client, await client.call('list', undefined)))),
    );
    const found = new Set(rows.flat().map(({ name, id }) => name ?? String(id)));
    for (const name of [...found, 'all']) io.print(`${name}\n`);
    return;
  }
  const known = shells.find((one) => one === shell);
  if (known === undefined)
    throw new ExitError(2, `completion: for ${shell ?? 'which shell'}? Give one of: ${shells.join(', ')}.`);
  io.print(completionScript(known, program.commands.map(sketchOf)));
}

function sketchOf(command: Command): CommandSketch {
  const takes = command.registeredArguments.map((argument) => argument.name());
  return {
    names: [command.name(), ...command.aliases()],
    description: command.description(),
    options: command.options.flatMap(({ long, hidden }) => (long === undefined || hidden ? [] : long)),
    takes: takes.includes('file') ? 'files' : takes.some((name) => name.startsWith('target')) ? 'children' : 'nothing',
  };
}
