import type { Io } from './io.js';
import { printRows } from './printRows.js';
import { rowsOf } from './rows.js';
import { type ClientOptions, withManagers } from './withManagers.js';
import { noManager } from './noManager.js';

/** `rxvisor list`. */
export async function list(options: ClientOptions, io: Io): Promise<void> {
  const rows = await withManagers(options, io, async (managers) =>
    Promise.all(managers.map(async (client) => rowsOf(client, await client.call('list', undefined)))),
  );
  if (rows.length === 0 && options.json !== true) io.tell(noManager);
  else await printRows(rows.flat(), options.json === true, io);
}
