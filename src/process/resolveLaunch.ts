import { basename, delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';
import type { Plan, Program } from '../model/spec/plan.js';
import { asarParentFolder, asarUnpackedPath, type LaunchEffects, launchEnv } from './launchEnv.js';

/** Makes a Node program tell when its first server listens. Node in Electron reads it from an archive, too. */
const LISTENING = fileURLToPath(new URL('../../preload/listening.cjs', import.meta.url));

/**
 * What exactly to start, found out anew for each run: a `package.json` or an interpreter that was missing at the last
 * one may be there now.
 *
 * @throws when `package.json` cannot be read; the caller makes a `spawnFailed` of it
 */
export function resolveLaunch(plan: Plan, effects: LaunchEffects): Launch {
  const { program, stop } = plan;
  const { command, args, cwd } = program;
  const cookie = plan.allowDetached ? undefined : effects.cookie();
  const { umask } = program;
  const start = { cookie, umask, stopSignal: plan.stopSignal, grace: stop.grace, direct: directOf(plan.log) };
  if (command !== undefined) {
    // A name is looked up in PATH, a path is relative to the child's cwd, as a shell in that folder would have it.
    const file = asarUnpackedPath(/[\\/]/.test(command) ? resolve(cwd, command) : command);
    const env = launchEnv(plan, { cookie, node: false }, effects);
    return { ...start, file, specField: 'command', args, cwd: asarUnpackedPath(cwd), env, ipc: false };
  }
  const script = scriptOf(program, effects);
  const runner = interpreterOf(script, program.interpreter);
  if (runner === undefined) throw new Error(`no interpreter is known for ${script}, the main of ${cwd}/package.json`);
  const { node, programs } = runner;
  const ipc = node ? program.serialization : undefined;
  const env = launchEnv(plan, { cookie, node: node && programs.length === 0, ipc }, effects);
  const file = findProgram(programs, { cwd, path: env.PATH }, effects);
  const names = program.interpreter === undefined ? 'script' : 'interpreter';
  return node
    ? {
        ...start,
        file,
        specField: names,
        args: [...(plan.ready === 'listening' ? ['--require', LISTENING] : []), ...program.execArgv, script, ...args],
        cwd: asarParentFolder(cwd),
        env,
        ipc: program.serialization,
      }
    : {
        ...start,
        file,
        specField: names,
        args: [asarUnpackedPath(script), ...args],
        cwd: asarUnpackedPath(cwd),
        env,
        ipc: false,
      };
}

/** The absolute path of the script. @throws when none is given and `package.json` cannot be read */
export function scriptOf({ script, cwd }: Plan['program'], effects: Pick<LaunchEffects, 'readText'>): string {
  return resolve(cwd, script ?? mainOf(cwd, effects));
}

function directOf(log: Plan['log']): Launch['direct'] {
  if (log?.direct !== true) return undefined;
  const pathOf = (name: 'stdout' | 'stderr'): string | undefined =>
    log.files.find(({ stream }) => stream === undefined || stream === name)?.path;
  return { stdout: pathOf('stdout'), stderr: pathOf('stderr') };
}

function mainOf(cwd: string, { readText }: Pick<LaunchEffects, 'readText'>): string {
  const manifest = manifestIn(join(cwd, 'package.json'), readText);
  const main = typeof manifest === 'object' && manifest !== null && 'main' in manifest ? manifest.main : undefined;
  return typeof main === 'string' && main !== '' ? main : 'index.js';
}

function manifestIn(path: string, readText: LaunchEffects['readText']): unknown {
  try {
    return JSON.parse(readText(path));
  } catch (cause) {
    const { code, message } = describeError(cause);
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`;
    const text = `script: none is given, and ${path}, whose main would be run, ${problem}. Give a script or a command.`;
    throw Object.assign(new Error(text, { cause }), { code });
  }
}

/** The first program that is in PATH; if none is, the first, so that the error names it. No programs: this Node. */
function findProgram(
  programs: readonly string[],
  { cwd, path }: { readonly cwd: string; readonly path: string | undefined },
  { isExecutable, process: host }: LaunchEffects,
): string {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = programs.find(
    (program) => isAbsolute(program) || folders.some((folder) => isExecutable(resolve(cwd, folder, program))),
  );
  return found ?? programs[0] ?? host.execPath;
}

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

/** Whether a program is a script that Node runs; without a script it is the `main` of a package. */
export function runsInNode({ script, command, interpreter }: Program): boolean {
  return command === undefined && (script === undefined || interpreterOf(script, interpreter)?.node === true);
}
