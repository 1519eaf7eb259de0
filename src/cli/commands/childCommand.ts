import type { ControlClient } from '../../control/client/controlClient.js';
import type { CommandResult } from '../../model/status.js';
import { selectChildren, type Selection } from '../client/selectChildren.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** Sends a request for children to their manager. */
export type ChildRequest<O> = (
  call: ControlClient['call'],
  target: Selection['target'],
  options: O,
) => Promise<readonly CommandResult[]>;

/**
 * Runs a command for the children that match `targets`: sends it to all their managers at the same time, then prints
 * the results.
 *
 * @throws CliError 1 when a child refused the command
 */
export async function runChildCommand<O extends ClientOptions>(
  targets: readonly string[],
  request: ChildRequest<O>,
  options: O,
  io: Io,
): Promise<void> {
  const rows = await withManagers({ ...options, withList: true }, io, async (managers) => {
    const selections = await selectChildren(managers, targets);
    const results = await Promise.all(
      selections.map(async ({ client, target }) => rowsOf(client, await request(client.call, target, options))),
    );
    return results.flat();
  });
  await printRows(rows, options.json === true, io);
  const refusals = refusalsOf(rows);
  if (refusals.length > 0) throw new CliError(1, refusals.join('\n'));
}
