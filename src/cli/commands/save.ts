import { escapeControls } from '../../model/show.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { withDaemon } from '../client/withDaemon.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { type Io, toJson } from '../io.js';

/** `rxvisor save`: the list of the background manager, for its next life. */
export async function save(options: ClientOptions, io: Io): Promise<void> {
  const [saved] = await withManagers({ manager: 'daemon', ...options }, io, async (managers) =>
    Promise.all(managers.map(async ({ call }) => call('save', undefined))),
  );
  if (saved === undefined) throw new CliError(3, 'no such manager runs.');
  io.print(
    options.json === true
      ? `${toJson(saved)}\n`
      : `${escapeControls(saved.path)}: ${String(saved.children)} children saved\n`,
  );
}

/**
 * `rxvisor resurrect`: what was saved runs again; what of it does already is left alone.
 *
 * @throws CliError 1 when something of it could not be started, or did not come up
 */
export async function resurrect(options: ClientOptions, io: Io): Promise<void> {
  await withDaemon(options, io, async (client) => {
    const { started, kept, problems, path } = await client.call('resurrect', undefined);
    const rows = rowsOf(client, started);
    if (options.json === true)
      io.print(`${toJson({ path, started: rows, kept, problems })}
`);
    else await printRows(rowsOf(client, await client.call('list', undefined)), false, io);
    const wrong = [...problems, ...refusalsOf(rows)];
    if (wrong.length > 0) throw new CliError(1, wrong.join('\n'));
  });
}
