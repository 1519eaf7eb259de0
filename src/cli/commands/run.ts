import type { RunRequest } from '../commandLine.js';
import { withCommandDefaults } from '../../model/spec/commandDefaults.js';
import { requireService, withAborts } from '../config/abort.js';
import { findConfig } from '../config/findConfig.js';
import { loadServices, withMaxRestarts } from '../config/loadServices.js';
import { withoutMissingDependencies } from '../config/selectServices.js';
import { fileOf } from '../selectionOptions.js';
import { exitAs } from '../cliError.js';
import type { Io } from '../io.js';

/** `rxvisor run`: runs services in the foreground. */
export async function run(request: RunRequest, { warn }: Pick<Io, 'warn'>): Promise<void> {
  const { args, duration, maxRestarts, env, selection, exitCodeFrom } = request;
  const file = fileOf(request.file, selection) ?? findConfig();
  const isConfig = selection.config !== undefined;
  const loaded = await loadServices(file, args, { env, isConfig, selection, onUnsupported: warn });
  const selected = selection.deps === false ? withoutMissingDependencies(loaded, []) : loaded;
  const services = withAborts(
    selected.map((service) => withCommandDefaults(withMaxRestarts(service, maxRestarts))),
    request,
  );
  requireService(exitCodeFrom, services);
  process.title = `rxvisor run ${file}`;
  // Loaded last: RxJS takes half of the start-up time, and errors in the config should appear at once.
  const { runInForeground } = await import('../manager/runInForeground.js');
  exitAs(await runInForeground(file, services, { duration, exitCodeFrom }));
}
