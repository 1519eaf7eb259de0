import type { REPLServer } from 'node:repl';
import { Writable } from 'node:stream';
import { checkArgument, checkOptions, type OptionChecks } from '../../model/check.js';
import { flag, objectWith, string } from '../../model/checks.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { escapeControlsInLines } from '../../model/show.js';
import { consoleOutput } from '../../sinks/consoleOutput.js';

export interface ReplOptions {
  /** Default: those of the process. */
  readonly input?: NodeJS.ReadableStream | undefined;
  readonly output?: NodeJS.WritableStream | undefined;
  /** Whether the output is a terminal. Default: found out. */
  readonly terminal?: boolean | undefined;
  /** Default `'> '`. */
  readonly prompt?: string | undefined;
  /** Closes the console when it settles. Default: only Ctrl-D and `close()` close it. */
  readonly ended?: Promise<unknown> | undefined;
}

/** A console without a terminal: runs and completes lines. For terminals, sockets and tests. */
export interface SessionConsole extends RemoteConsole {
  /** JSON-safe. */
  readonly help: readonly CommandHelp[];
  /** Runs a line. Returns the text to print. @throws RxvisorError with code `ERR_OPTION` for an unknown command */
  readonly run: (line: string) => Promise<string | undefined>;
  /** Like `completer` of Node's readline: the matching words, and the part of the line that they match. */
  readonly complete: (line: string) => [string[], string];
}

/** The usage of a command: `set port NAME N [restart]`. */
export interface CommandHelp {
  readonly usage: string;
  readonly help: string;
}

/** A console in a terminal, based on Node's REPL: with history, editing keys and completion by Tab. */
export async function startRepl(console: RemoteConsole, options: ReplOptions = {}): Promise<REPLServer> {
  checkArgument('console', console, aConsole);
  checkRepl(options);
  const { run, complete } = console;
  const { input = process.stdin, output: given, terminal, prompt = '> ', ended } = options;
  const own = given === undefined && process.stdout.isTTY ? terminalOutput(process.stdout) : undefined;
  const output = given ?? own ?? process.stdout;
  // Loaded when used: it loads a parser of JavaScript.
  const { start } = await import('node:repl');
  let closed = false;
  const server = start({
    prompt,
    input,
    output,
    ...(terminal !== undefined && { terminal }),
    completer: (line: string, done: (error: null, fitting: [string[], string]) => void) => {
      // Also catches synchronous errors: commands of an application may throw.
      Promise.resolve()
        .then(async () => complete(line))
        .then(
          (fitting) => done(null, fitting),
          () => done(null, [[], line]),
        );
    },
    eval: (line, _context, _file, done) => {
      // A console that is closed, or about to close, would print it, and prompt once more.
      const finish = (text: string | undefined): void => {
        if (!closed) done(null, text);
      };
      // The REPL passes the line feed, too.
      run(line.trim()).then(
        finish,
        // As text: for an error, the REPL would print a stack, and keep it.
        (error: unknown) => finish(error instanceof Error ? error.message : String(error)),
      );
    },
    writer: (text: unknown) => (typeof text === 'string' ? escapeControlsInLines(text) : ''),
    ignoreUndefined: true,
  });
  server.once('close', () => {
    closed = true;
    own?.end();
  });
  const close = (): void => {
    closed = true;
    server.close();
  };
  // The end of a terminal ends only its console.
  server.on('error', close);
  ended?.then(close, close);
  return server;
}

const replOptions: OptionChecks<ReplOptions> = {
  input: objectWith('a readable stream', ['on', 'resume'], 'Give one such as process.stdin, or leave it out.'),
  output: objectWith('a writable stream', ['on', 'write'], 'Give one such as process.stdout, or leave it out.'),
  terminal: flag,
  prompt: string('a prompt'),
  ended: objectWith('a promise', ['then'], 'Give one, or leave it out.'),
};
const aConsole = objectWith('a console', ['run', 'complete'], 'Give the console of a session.');

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkRepl(options: ReplOptions): ReplOptions {
  checkOptions(options, replOptions);
  return options;
}

/**
 * A terminal for Node's REPL that never blocks. Stopped by Ctrl-S, or closed, it does not stop the process with the console.
 */
function terminalOutput(stdout: NodeJS.WriteStream): NodeJS.WritableStream {
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
