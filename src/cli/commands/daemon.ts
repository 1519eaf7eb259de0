import { describeError } from '../../model/errors.js';
import { exitAs } from '../cliError.js';
import type { Io } from '../io.js';
import { runDaemon } from '../manager/runDaemon.js';

/** `rxvisor daemon`. Who comes second has nothing to do: there is one. */
export async function daemon(
  { resurrect }: { readonly resurrect: boolean },
  { warn }: Pick<Io, 'warn'>,
): Promise<void> {
  process.title = 'rxvisor daemon';
  try {
    exitAs(await runDaemon({ resurrect }));
  } catch (error) {
    if (!(error instanceof Error) || describeError(error.cause).code !== 'EADDRINUSE') throw error;
    warn('there is a background manager already.');
  }
}
