import { basename, extname } from 'node:path';

/** What a script is run with: the first of `programs` that is found. Node scripts get IPC; no programs means this Node. */
export interface Interpreter {
  readonly node: boolean;
  readonly programs: readonly string[];
}

const node: Interpreter = { node: true, programs: [] };
const others = (...programs: readonly string[]): Interpreter => ({ node: false, programs });

const runners: ReadonlyMap<string, Interpreter> = new Map([
  ['', node],
  ['.js', node],
  ['.mjs', node],
  ['.cjs', node],
  ['.ts', node],
  ['.mts', node],
  ['.cts', node],
  ['.py', others('python3', 'python')],
  ['.sh', others('bash', 'sh')],
  ['.rb', others('ruby')],
  ['.pl', others('perl')],
  ['.php', others('php')],
]);

/** What runs a script: the interpreter it was given, else the one its extension names, else undefined. */
export function interpreterOf(script: string, interpreter: string | undefined): Interpreter | undefined {
  if (interpreter === undefined) return runners.get(extname(script).toLowerCase());
  return { node: /^node[\d.]*(\.exe)?$/.test(basename(interpreter)), programs: [interpreter] };
}
