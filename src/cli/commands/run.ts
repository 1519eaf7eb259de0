import type { RunRequest } from '../commandLine.js';
import { withCommandDefaults } from '../../model/spec/commandDefaults.js';
import { requireService, withAbort } from '../config/abort.js';
import { findConfig } from '../config/findConfig.js';
import { loadServices, withMaxRestarts } from '../config/loadServices.js';
import { exitAs } from '../cliError.js';
import type { Io } from '../io.js';

/** `rxvisor run`: runs services in the foreground. */
export async function run(request: RunRequest, { warn }: Pick<Io, 'warn'>): Promise<void> {
  const { file = findConfig(), args, duration, maxRestarts, env, exitCodeFrom } = request;
  const services = (await loadServices(file, args, { env, onUnsupported: warn })).map((service) =>
    withAbort(withCommandDefaults(withMaxRestarts(service, maxRestarts)), request),
  );
  requireService(exitCodeFrom, services);
  process.title = `rxvisor run ${file}`;
  // Loaded last: RxJS takes half of the start-up time, and errors in the config should appear at once.
  const { runInForeground } = await import('../manager/runInForeground.js');
  exitAs(await runInForeground(file, services, { duration, exitCodeFrom }));
}
