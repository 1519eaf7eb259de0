import { describeError } from '../model/describeError.js';
import { asDaemon } from './asDaemon.js';
import type { Io } from './client/io.js';
import { exitAs } from './exitAs.js';

/** `rxvisor daemon`. Who comes second has nothing to do: there is one. */
export async function daemon(
  { resurrect }: { readonly resurrect: boolean },
  { tell }: Pick<Io, 'tell'>,
): Promise<void> {
  process.title = 'rxvisor daemon';
  try {
    exitAs(await asDaemon({ resurrect }));
  } catch (error) {
    if (!(error instanceof Error) || describeError(error.cause).code !== 'EADDRINUSE') throw error;
    tell('there is a background manager already.');
  }
}
