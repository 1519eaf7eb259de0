import { Writable } from 'node:stream';
import { consoleOutput } from '../../sinks/consoleOutput.js';

/**
 * A terminal for Node's REPL that nobody waits for: stopped by Ctrl-S, or gone, it does not stop the process that has the
 * console.
 */
export function terminalOutput(stdout: NodeJS.WriteStream): NodeJS.WritableStream {
  const output = consoleOutput(stdout);
  const terminal = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      output.write(String(chunk), () => undefined);
      done();
    },
  });
  const resized = (): boolean => terminal.emit('resize');
  stdout.on('resize', resized);
  terminal.on('close', () => stdout.off('resize', resized));
  return Object.defineProperties(terminal, {
    isTTY: { value: true },
    columns: { get: () => stdout.columns },
    rows: { get: () => stdout.rows },
    getColorDepth: { value: (env?: object) => stdout.getColorDepth(env) },
    hasColors: { value: (count?: number) => stdout.hasColors(count) },
  });
}
