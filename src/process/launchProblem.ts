import { accessSync, closeSync, constants, lstatSync, openSync, readlinkSync, readSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describeError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';

/** Why a program cannot be started: which field of the spec is wrong, and what to do. */
export interface LaunchProblem {
  readonly code: string;
  /** Begins with the field: `cwd: '/nowhere' does not exist. …` */
  readonly message: string;
}

/** What is looked at of a launch. */
type Start = Pick<Launch, 'file' | 'cwd' | 'env' | 'specField'>;

/**
 * Looks for what keeps a program from being started. The system says ENOENT of the program alike when its folder, the program
 * itself or the interpreter of its first line is missing.
 */
export function launchProblem({ file, cwd, env, specField: names = 'command' }: Start): LaunchProblem | undefined {
  const folder = folderProblem(cwd);
  if (folder !== undefined) return { code: folder.code, message: `cwd: ${folder.text}` };
  const found = /[\\/]/.test(file) ? resolve(cwd, file) : lookUp(file, cwd, env.PATH);
  if (found === undefined) {
    const message =
      names === 'script'
        ? `script: '${file}', which would run it, is not in PATH. Install it, or give an interpreter.`
        : `${names}: '${file}' is not in PATH. Install it, or give a path.`;
    return { code: 'ENOENT', message };
  }
  const program = programProblem(found);
  return program && { code: program.code, message: `${names}: ${program.text}` };
}

interface Problem {
  readonly code: string;
  readonly text: string;
}

/** What is wrong with a folder to run in. */
export function folderProblem(path: string): Problem | undefined {
  const missing = missingProblem(path, 'Make the folder, or give another one.');
  if (missing !== undefined) return missing;
  if (!statSync(path).isDirectory()) return { code: 'ENOTDIR', text: `'${path}' is not a folder. Give a folder.` };
  return isAllowed(path, constants.X_OK)
    ? undefined
    : {
        code: 'EACCES',
        text: `'${path}' is a folder that this user may not enter. Change its mode, or give another one.`,
      };
}

/** That there is nothing of that name; or only a link to what has gone, such as a removed release. */
export function missingProblem(path: string, remedy: string): Problem | undefined {
  try {
    statSync(path);
    return undefined;
  } catch (error) {
    const { code, message } = describeError(error);
    if (code === 'EACCES') return { code, text: `'${path}' is in a folder that this user may not enter.` };
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return { code, text: `'${path}': ${message}` };
    const target = targetOf(path);
    if (target === undefined) return { code, text: `'${path}' does not exist. ${remedy}` };
    return { code, text: `'${path}' is a link to '${target}', which does not exist. ${remedy}` };
  }
}

function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return undefined;
  }
}

/** The first file of that name in PATH that can be run, or else the first at all. */
function lookUp(name: string, cwd: string, path: string | undefined): string | undefined {
  // The system has a PATH of its own where there is none.
  const folders = (path ?? '/usr/bin:/bin').split(delimiter);
  const files = folders.map((folder) => resolve(cwd, join(folder, name))).filter(isFile);
  return files.find((file) => isAllowed(file, constants.X_OK)) ?? files[0];
}

function programProblem(path: string): Problem | undefined {
  const missing = missingProblem(path, 'Give a path that begins at cwd or at the root.');
  if (missing !== undefined) return missing;
  if (statSync(path).isDirectory()) return { code: 'EACCES', text: `'${path}' is a folder. Give a program.` };
  if (!isAllowed(path, constants.X_OK)) {
    return { code: 'EACCES', text: `'${path}' is not executable. Make it so: chmod +x ${path}` };
  }
  return firstLineProblem(path, firstLineOf(path));
}

/** `#!/bin/sh`: the system runs that, and calls the program missing when that is missing. */
function firstLineProblem(path: string, line: string): Problem | undefined {
  const interpreter = /^#!\s*(\S+)/.exec(line)?.[1];
  if (interpreter === undefined) return undefined;
  if (line.endsWith('\r')) {
    const text = `'${path}' has Windows line endings (CRLF): the system looks for an interpreter that ends in a carriage return. Save it with LF: sed -i 's/\\r$//' ${path}`;
    return { code: 'ENOENT', text };
  }
  const missing = missingProblem(interpreter, '');
  if (missing === undefined) return undefined;
  return {
    code: missing.code,
    text: `'${path}' names the interpreter '${interpreter}' in its first line (#!), which does not exist. Install it, or name another one.`,
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
    // It may be executable and not readable.
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

/** What is wrong with the system rather than with the spec, and what to do about it. */
const limits: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many open files. Raise its limit (ulimit -n), or start fewer children.',
  ENFILE: 'the system has too many open files. Close some, or raise its limit (fs.file-max).',
  EAGAIN: 'the system starts no more processes for this user. Stop some, or raise the limit (ulimit -u, TasksMax).',
  ENOMEM: 'the system has no memory left for a new process.',
  E2BIG: 'args and env are larger together than the system allows. Give less, or pass it by a file.',
};

/** The error of a spawn, in words that name what is wrong rather than what noticed it. Its `code` is the system's. */
export function explainSpawnError(error: unknown, launch: Launch): Error {
  const { code, message } = describeError(error);
  const { specField: names = 'command', file } = launch;
  const limit = limits[code];
  const problem =
    limit === undefined
      ? (launchProblem(launch) ?? { code, message: textOf(code, message, `${names}: '${file}'`) })
      : { code, message: limit };
  return Object.assign(new Error(problem.message, { cause: error }), { code: problem.code });
}

function textOf(code: string, message: string, what: string): string {
  if (code === 'ENOEXEC')
    return `${what} is not a program of this system. A script needs a first line such as #!/bin/sh.`;
  if (code === 'ENOENT') return `${what} is there, but what it needs to start, such as its loader, is not.`;
  return `${what}: ${message}`;
}

/** Whether this is a file that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
