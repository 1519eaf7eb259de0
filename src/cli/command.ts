import { CommanderError } from 'commander';
import { actionsOf } from './actionsOf.js';
import { type Io, ioOf } from './client/io.js';
import { commandLine } from './commandLine.js';
import { exitCodeOf } from './exitCodeOf.js';
import { expandShorthand } from './shorthand.js';

/** Does what the arguments of this process say. */
export async function command(): Promise<void> {
  // Not for run, which has a screen.
  let made: Io | undefined;
  const io = (): Io => (made ??= ioOf(process));
  const program = commandLine(actionsOf(io, () => program));
  try {
    await program.parseAsync(expandShorthand(process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said already what it found wrong; 0 is that of --help and --version.
      if (error.exitCode !== 0) process.exit(2);
      // It may be that they could not be written, which is seen later.
      io();
      return;
    }
    const code = exitCodeOf(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    io().warn(error.message);
    process.exit(code);
  }
}
