import { printRows, rowsOf } from '../client/rows.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

/** `rxvisor shutdown`: stops the background manager, or another one. Resolves when its socket is closed. */
export async function shutdown(options: ClientOptions, io: Io): Promise<void> {
  const rows = await withManagers({ manager: 'daemon', ...options }, io, async (managers) =>
    Promise.all(
      managers.map(async (client) => {
        const gone = new Promise<void>((resolve) => {
          client.subscribe('status', {}, { next: () => undefined, error: () => resolve(), complete: resolve });
        });
        const statuses = await client.call('shutdown', {});
        await gone;
        return rowsOf(client, statuses);
      }),
    ),
  );
  if (rows.length === 0) throw new CliError(3, 'no such manager runs. To list managers, run: rxvisor ping');
  await printRows(rows.flat(), options.json === true, io);
}
