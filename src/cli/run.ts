import { exitAs } from './exitAs.js';
import type { Io } from './client/io.js';
import type { RunRequest } from './commandLine.js';
import { findConfig } from './findConfig.js';
import { withMaxRestarts } from './limited.js';
import { loadServices } from './loadServices.js';

/** `rxvisor run`. */
export async function run(
  { file = findConfig(), args, duration, maxRestarts, env }: RunRequest,
  { warn }: Pick<Io, 'warn'>,
): Promise<void> {
  const services = (await loadServices(file, args, { env, onLeft: warn })).map((service) =>
    withMaxRestarts(service, maxRestarts),
  );
  process.title = `rxvisor run ${file}`;
  // Not at the top: rxjs takes half the start-up, and no mistake has to wait for it.
  const { runInForeground } = await import('./inForeground.js');
  exitAs(await runInForeground(file, services, duration));
}
