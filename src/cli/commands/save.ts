import { escapeControls } from '../../model/show.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { withDaemon } from '../client/withDaemon.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { CliError } from '../cliError.js';
import { formatCount } from '../format/units.js';
import { type Io, toJson } from '../io.js';

/** `rxvisor save`: saves the list of services of the background manager. */
export async function save(options: ClientOptions, io: Io): Promise<void> {
  const [saved] = await withManagers({ manager: 'daemon', ...options }, io, async (managers) =>
    Promise.all(managers.map(async ({ call }) => call('save', undefined))),
  );
  if (saved === undefined) throw new CliError(3, 'no such manager runs. To list managers, run: rxvisor ping');
  io.print(
    options.json === true
      ? `${toJson(saved)}\n`
      : `${escapeControls(saved.path)}: ${formatCount(saved.children, 'service')} saved\n`,
  );
}

/**
 * `rxvisor resurrect`: starts the services of the saved list that do not run.
 *
 * @throws CliError 1 when a service failed to start
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
