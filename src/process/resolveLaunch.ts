import { basename, delimiter, extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';
import type { Plan, Program } from '../model/spec/plan.js';
import { asarParentFolder, asarUnpackedPath, type LaunchEffects, launchEnv } from './launchEnv.js';

/** What runs a script: the first of `programs` that is found. */
export interface Interpreter {
  /** Whether it is Node. Scripts that Node runs get an IPC channel. */
  readonly node: boolean;
  /** Empty: the executable of the manager. */
  readonly programs: readonly string[];
}

/** A preload module: it informs the manager when the first server of the program listens. Electron can load it from an archive. */
const LISTENING = fileURLToPath(new URL('../../preload/listening.cjs', import.meta.url));

/**
 * Resolves a plan to the exact program and arguments. It is called for each run: a `package.json` or an interpreter that was
 * missing at the last run may exist now.
 *
 * @throws when `package.json` cannot be read. The caller turns this into a `spawnFailed` event
 */
export function resolveLaunch(plan: Plan, effects: LaunchEffects): Launch {
  const { program, stop } = plan;
  const { command, args, cwd } = program;
  const cookie = plan.allowDetached ? undefined : effects.cookie();
  const { umask } = program;
  const start = { cookie, umask, stopSignal: plan.stopSignal, grace: stop.grace, direct: directOf(plan.log) };
  if (command !== undefined) {
    // As in a shell: a name is looked up in PATH, a path is relative to the cwd.
    const file = asarUnpackedPath(/[\\/]/.test(command) ? resolve(cwd, command) : command);
    const env = launchEnv(plan, { cookie, node: false }, effects);
    return { ...start, file, specField: 'command', args, cwd: asarUnpackedPath(cwd), env, ipc: false };
  }
  const script = scriptOf(program, effects);
  const interpreter = interpreterOf(script, program.interpreter);
  if (interpreter === undefined) {
    const text = `script: there is no default interpreter for '${script}', the main of ${cwd}/package.json. Give an interpreter.`;
    throw new Error(text);
  }
  const { node, programs } = interpreter;
  const ipc = node ? program.serialization : undefined;
  const env = launchEnv(plan, { cookie, node: node && programs.length === 0, ipc }, effects);
  const file = findProgram(programs, { cwd, path: env.PATH }, effects);
  const specField = program.interpreter === undefined ? 'script' : 'interpreter';
  return node
    ? {
        ...start,
        file,
        specField,
        args: [...(plan.ready === 'listening' ? ['--require', LISTENING] : []), ...program.execArgv, script, ...args],
        cwd: asarParentFolder(cwd),
        env,
        ipc: program.serialization,
      }
    : {
        ...start,
        file,
        specField,
        args: [asarUnpackedPath(script), ...args],
        cwd: asarUnpackedPath(cwd),
        env,
        ipc: false,
      };
}

/**
 * The absolute path of the script.
 *
 * @throws when there is no script and `package.json` cannot be read
 */
export function scriptOf({ script, cwd }: Plan['program'], effects: Pick<LaunchEffects, 'readText'>): string {
  return resolve(cwd, script ?? mainOf(cwd, effects));
}

/** The interpreter of a script: the given one, or the default for its extension. Undefined: there is no default. */
export function interpreterOf(script: string, interpreter: string | undefined): Interpreter | undefined {
  if (interpreter === undefined) return defaultInterpreters.get(extname(script).toLowerCase());
  return { node: /^node[\d.]*(\.exe)?$/.test(basename(interpreter)), programs: [interpreter] };
}

/** Whether Node runs the program. A program without a script is the `main` of a package, which Node runs. */
export function runsInNode({ script, command, interpreter }: Program): boolean {
  return command === undefined && (script === undefined || interpreterOf(script, interpreter)?.node === true);
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
    const text = `script: missing, and ${path}, whose main would run, ${problem}. Give a script or a command.`;
    throw Object.assign(new Error(text, { cause }), { code });
  }
}

/** The first program that is in PATH. If none is, the first one, so that the error names it. Without programs: this Node. */
function findProgram(
  programs: readonly string[],
  { cwd, path }: { readonly cwd: string; readonly path: string | undefined },
  { isExecutable, process: manager }: LaunchEffects,
): string {
  const folders = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = programs.find(
    (program) => isAbsolute(program) || folders.some((folder) => isExecutable(resolve(cwd, folder, program))),
  );
  return found ?? programs[0] ?? manager.execPath;
}

const node: Interpreter = { node: true, programs: [] };
const program = (...programs: readonly string[]): Interpreter => ({ node: false, programs });

const defaultInterpreters: ReadonlyMap<string, Interpreter> = new Map([
  ['', node],
  ['.js', node],
  ['.mjs', node],
  ['.cjs', node],
  ['.ts', node],
  ['.mts', node],
  ['.cts', node],
  ['.py', program('python3', 'python')],
  ['.sh', program('bash', 'sh')],
  ['.rb', program('ruby')],
  ['.pl', program('perl')],
  ['.php', program('php')],
]);
