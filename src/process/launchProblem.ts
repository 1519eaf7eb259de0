import { accessSync, closeSync, constants, lstatSync, openSync, readlinkSync, readSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describeError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';

/** Why a program cannot start: the wrong field of the spec, and what to do. */
export interface LaunchProblem {
  readonly code: string;
  /** Begins with the field: `cwd: '/nowhere' does not exist. …` */
  readonly message: string;
}

type LaunchFields = Pick<Launch, 'file' | 'cwd' | 'env' | 'specField'>;

/**
 * Finds out why a program cannot start; undefined if there is no known reason.
 *
 * The system reports the same error, `spawn FILE ENOENT`, for three causes: the folder, the program, or the interpreter in its
 * first line does not exist.
 */
export function launchProblem({ file, cwd, env, specField = 'command' }: LaunchFields): LaunchProblem | undefined {
  const folder = folderProblem(cwd);
  if (folder !== undefined) return { code: folder.code, message: `cwd: ${folder.text}` };
  const found = /[\\/]/.test(file) ? resolve(cwd, file) : lookUp(file, cwd, env.PATH);
  if (found === undefined) {
    const message =
      specField === 'script'
        ? `script: its interpreter '${file}' is not in PATH. Install it, or give an interpreter.`
        : `${specField}: '${file}' is not in PATH. ${specField === 'command' && /\s/.test(file) ? splitRemedy : 'Install it, or give a path.'}`;
    return { code: 'ENOENT', message };
  }
  const program = programProblem(found);
  return program && { code: program.code, message: `${specField}: ${program.text}` };
}

/** Replaces the error of a spawn by one that names the cause and the remedy. It has the `code` of the cause. */
export function explainSpawnError(error: unknown, launch: Launch): Error {
  const { code, message } = describeError(error);
  const { specField = 'command', file } = launch;
  const limit = limits[code];
  const problem =
    limit === undefined
      ? (launchProblem(launch) ?? { code, message: errorText(code, message, `${specField}: '${file}'`) })
      : { code, message: limit };
  return Object.assign(new Error(problem.message, { cause: error }), { code: problem.code });
}

/** Why a folder cannot be a working directory; undefined if it can. */
export function folderProblem(path: string): Problem | undefined {
  const missing = missingProblem(path, 'Make the folder, or give another one.');
  if (missing !== undefined) return missing;
  if (!statSync(path).isDirectory()) return { code: 'ENOTDIR', text: `'${path}' is not a folder. Give a folder.` };
  return isAllowed(path, constants.X_OK)
    ? undefined
    : {
        code: 'EACCES',
        text: `'${path}' is a folder that this user may not enter. Change its mode, or give another folder.`,
      };
}

/** Reports a path that does not exist, or is a link whose target does not exist, such as a removed release. */
export function missingProblem(path: string, remedy: string): Problem | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    const { code, message } = describeError(error);
    if (code === 'EACCES') {
      return { code, text: `'${path}' is in a folder that this user may not enter. Change the mode of the folder.` };
    }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { code, text: `'${path}': ${message}` };
    const target = linkTarget(path);
    if (target === undefined) return { code, text: `'${path}' does not exist. ${remedy}` };
    return { code, text: `'${path}' is a link to '${target}', which does not exist. ${remedy}` };
  }
}

/** Whether this is a file that the current user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

interface Problem {
  readonly code: string;
  readonly text: string;
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The first executable file with this name in PATH; if there is none, the first file. */
function lookUp(name: string, cwd: string, path: string | undefined): string | undefined {
  // The default of the system if PATH is not set.
  const folders = (path ?? '/usr/bin:/bin').split(delimiter);
  const files = folders.map((folder) => resolve(cwd, join(folder, name))).filter(isFile);
  return files.find((file) => isAllowed(file, constants.X_OK)) ?? files[0];
}

function programProblem(path: string): Problem | undefined {
  const missing = missingProblem(path, 'Give an absolute path, or one relative to cwd.');
  if (missing !== undefined) return missing;
  if (statSync(path).isDirectory()) return { code: 'EACCES', text: `'${path}' is a folder. Give a program.` };
  if (!isAllowed(path, constants.X_OK)) {
    return { code: 'EACCES', text: `'${path}' is not executable. Run: chmod +x ${path}` };
  }
  return firstLineProblem(path, firstLineOf(path));
}

/** `#!/bin/sh`: the system runs this interpreter. If it does not exist, the system reports the program as missing. */
function firstLineProblem(path: string, line: string): Problem | undefined {
  const interpreter = /^#!\s*(\S+)/.exec(line)?.[1];
  if (interpreter === undefined) return undefined;
  if (line.endsWith('\r')) {
    const text = `'${path}' has Windows line endings (CRLF), so the name of its interpreter ends in a carriage return. Save it with LF: sed -i 's/\\r$//' ${path}`;
    return { code: 'ENOENT', text };
  }
  const missing = missingProblem(interpreter, '');
  if (missing === undefined) return undefined;
  return {
    code: missing.code,
    text: `'${path}': the interpreter '${interpreter}' in its first line (#!) does not exist. Install it, or name another one.`,
  };
}

function firstLineOf(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString('latin1', 0, readSync(fd, bytes)).split('\n')[0] ?? '';
    } finally {
      closeSync(fd);
    }
  } catch {
    // A file may be executable but not readable.
    return '';
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** For a command line such as `sleep 5`: no shell splits it. */
const splitRemedy = 'Give only the program here, and its arguments in args.';

/** Problems of the system, not of the spec, and what to do. */
const limits: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many open files. Raise its limit (ulimit -n), or start fewer children.',
  ENFILE: 'the system has too many open files. Close some, or raise its limit (fs.file-max).',
  EAGAIN: 'the system starts no more processes for this user. Stop some, or raise the limit (ulimit -u, TasksMax).',
  ENOMEM: 'the system has no memory left for a new process. Stop some processes, or add memory.',
  E2BIG: 'args and env together are larger than the system allows. Shorten them, or pass the data in a file.',
};

function errorText(code: string, message: string, program: string): string {
  if (code === 'ENOEXEC') {
    return `${program} is not in a format that this system can run. A script needs a first line such as #!/bin/sh.`;
  }
  if (code === 'ENOENT') {
    return `${program} exists, but a file that it needs to start does not, such as its loader. Check it with ldd.`;
  }
  return `${program}: ${message}`;
}
