import type { RunRequest } from '../commandLine.js';
import { findConfig } from '../config/findConfig.js';
import { loadServices, withMaxRestarts } from '../config/loadServices.js';
import { exitAs } from '../cliError.js';
import type { Io } from '../io.js';

/** `rxvisor run`. */
export async function run(
  { file = findConfig(), args, duration, maxRestarts, env }: RunRequest,
  { warn }: Pick<Io, 'warn'>,
): Promise<void> {
  const services = (await loadServices(file, args, { env, onUnsupported: warn })).map((service) =>
    withMaxRestarts(service, maxRestarts),
  );
  process.title = `rxvisor run ${file}`;
  // Not at the top: rxjs takes half the start-up, and no mistake has to wait for it.
  const { runInForeground } = await import('../manager/runInForeground.js');
  exitAs(await runInForeground(file, services, duration));
}
