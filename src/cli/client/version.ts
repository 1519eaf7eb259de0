import { packageVersion } from '../../sources/packageVersion.js';
import { escapeControls } from '../../model/visible.js';
import type { Io } from './io.js';
import { managerName } from './managerName.js';
import { type ClientOptions, withManagers } from './withManagers.js';
import { toJson } from '../toJson.js';

/** `rxvisor version`: of this command, and of the managers, which go on with what they were started by. */
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
