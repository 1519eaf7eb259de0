import type { REPLServer } from 'node:repl';
import type { SessionConsole } from './sessionConsole.js';

export interface ReplOptions {
  /** Default: the process's own. */
  readonly input?: NodeJS.ReadableStream | undefined;
  readonly output?: NodeJS.WritableStream | undefined;
  /** Default: whether the output is one. */
  readonly terminal?: boolean | undefined;
  /** Default `'> '`. */
  readonly prompt?: string | undefined;
}

/** What a terminal needs of a console, which may be far away. */
export interface RemoteConsole extends Pick<SessionConsole, 'run'> {
  readonly complete: (line: string) => [string[], string] | Promise<[string[], string]>;
}

/** A console on a terminal, by Node's REPL: with its history, its editing keys and completion by Tab. */
export async function startRepl(
  { run, complete }: RemoteConsole,
  { input = process.stdin, output = process.stdout, terminal, prompt = '> ' }: ReplOptions = {},
): Promise<REPLServer> {
  // Loaded when it is used: it brings a parser of JavaScript.
  const { start } = await import('node:repl');
  return start({
    prompt,
    input,
    output,
    ...(terminal !== undefined && { terminal }),
    completer: (line: string, done: (error: null, fitting: [string[], string]) => void) => {
      Promise.resolve(complete(line)).then(
        (fitting) => done(null, fitting),
        () => done(null, [[], line]),
      );
    },
    eval: (line, _context, _file, done) => {
      run(line).then(
        (text) => done(null, text),
        // As text: the REPL would print a stack, and keep the error.
        (error: unknown) => done(null, error instanceof Error ? error.message : String(error)),
      );
    },
    writer: (text: unknown) => (typeof text === 'string' ? text : ''),
    ignoreUndefined: true,
  });
}
