import type { ControlClient } from '../../control/client/controlClient.js';
import type { CommandResult } from '../../model/status.js';
import { selectChildren, type Selection } from '../client/selectChildren.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** What to ask of the manager of some children. */
export type ChildRequest = (
  call: ControlClient['call'],
  target: Selection['target'],
) => Promise<readonly CommandResult[]>;

/**
 * A command for some children: asks their managers, all at once, and shows what has become of the children.
 *
 * @throws CliError 1 when a child refused
 */
export async function runChildCommand(
  words: readonly string[],
  ask: ChildRequest,
  options: ClientOptions,
  io: Io,
): Promise<void> {
  const rows = await withManagers(options, io, async (managers) => {
    const picked = await selectChildren(managers, words);
    const results = await Promise.all(
      picked.map(async ({ client, target }) => rowsOf(client, await ask(client.call, target))),
    );
    return results.flat();
  });
  await printRows(rows, options.json === true, io);
  const wrong = refusalsOf(rows);
  if (wrong.length > 0) throw new CliError(1, wrong.join('\n'));
}
