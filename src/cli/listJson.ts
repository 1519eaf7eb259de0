import { ioOf } from './client/io.js';
import { list } from './client/list.js';
import { exitCodeOf } from './exitCodeOf.js';

/** `rxvisor list --json`, with all that it needs and no more: the build makes one file of this. */
export async function listJson(): Promise<void> {
  const io = ioOf(process);
  try {
    await list({ json: true }, io);
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    io.tell(error.message);
    process.exitCode = code;
  }
}
