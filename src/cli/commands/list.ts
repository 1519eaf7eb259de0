import type { ControlClient } from '../../control/client/controlClient.js';
import { listRows, printRows } from '../client/rows.js';
import { type ClientOptions, NO_MANAGER, withManagers } from '../client/withManagers.js';
import type { Io } from '../io.js';
import type { Row } from '../table/statusTable.js';

/** `rxvisor list`. The table shows CPU and memory use; `--json` does not, to be fast (`describe all --json` does). */
export async function list(options: ClientOptions, io: Io): Promise<void> {
  const json = options.json === true;
  const rows = await withManagers({ ...options, withList: true }, io, async (managers) =>
    Promise.all(managers.map(async (client) => (json ? listRows(client) : listRowsWithUsage(client)))),
  );
  if (rows.length === 0 && !json) io.warn(NO_MANAGER);
  else await printRows(rows.flat(), json, io);
}

async function listRowsWithUsage(client: ControlClient): Promise<readonly Row[]> {
  const [rows, used] = await Promise.all([listRows(client), client.call('usage', { target: { all: true } })]);
  const usages = new Map(used.map((usage) => [usage.id, usage]));
  return rows.map((row) => {
    const usage = usages.get(row.id ?? 0);
    return usage === undefined ? row : { ...row, usage };
  });
}
