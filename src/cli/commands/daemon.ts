import { describeError } from '../../model/errors.js';
import { exitAs } from '../cliError.js';
import type { Io } from '../io.js';
import { runDaemon } from '../manager/runDaemon.js';

/** `rxvisor daemon`: runs the background manager. Exits with 0 when one already runs. */
export async function daemon(
  { resurrect }: { readonly resurrect: boolean },
  { warn }: Pick<Io, 'warn'>,
): Promise<void> {
  process.title = 'rxvisor daemon';
  try {
    exitAs(await runDaemon({ resurrect }));
  } catch (error) {
    if (!(error instanceof Error) || describeError(error.cause).code !== 'EADDRINUSE') throw error;
    warn('a background manager already runs.');
  }
}
