import type { ControlClient } from '../../control/client/controlClient.js';
import type { CommandResult } from '../../model/status.js';
import { selectChildren, type Selection } from '../client/selectChildren.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** Sends a request for children to their manager. */
export type ChildRequest = (
  call: ControlClient['call'],
  target: Selection['target'],
) => Promise<readonly CommandResult[]>;

/**
 * Runs a command for the children that match `words`: sends it to all their managers at the same time, then prints the results.
 *
 * @throws CliError 1 when a child refused the command
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
