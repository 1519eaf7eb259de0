import { escapeControls } from '../../model/show.js';
import { packageVersion } from '../../system/packageVersion.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { type Io, toJson } from '../io.js';
import { managerName } from '../format/label.js';

/** `rxvisor version`: prints the versions of this command and of the managers, which may be older. */
export async function version(options: ClientOptions, io: Io): Promise<void> {
  const managers = await withManagers(options, io, async (found) =>
    Promise.resolve(found.map(({ manager }) => manager)),
  );
  const own = packageVersion();
  if (options.json === true) {
    io.print(`${toJson({ version: own, managers })}\n`);
    return;
  }
  io.print(`${own}\n`);
  for (const manager of managers) io.print(`manager ${managerName(manager)}: ${escapeControls(manager.version)}\n`);
}
