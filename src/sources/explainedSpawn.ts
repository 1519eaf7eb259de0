import { describeError } from '../model/describeError.js';
import { launchProblem } from './launchProblem.js';
import type { Launch } from './spawnProcess.js';

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
  const { names = 'command', file } = launch;
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
