import { parseEnv } from 'node:util';
import type { Effects } from '../model/effects.js';
import { describeError } from '../model/errors.js';
import type { EnvFilePlan } from '../model/spec/envFile.js';
import type { Plan } from '../model/spec/plan.js';

/**
 * The plan of one run: the variables of the env files are in `env`. Call it for each run, because the files may change.
 *
 * A later file wins over an earlier one, `env` over all files. The errors contain no value of a file: it may be a secret.
 *
 * @throws an error with the field, the path and the remedy. Its `code` is the one of the file system; EILSEQ for a file that is
 * not text
 */
export function withEnvFiles(plan: Plan, effects: Pick<Effects, 'readEnvFile'>): Plan {
  const { program } = plan;
  if (program.envFiles.length === 0) return plan;
  const fromFiles = program.envFiles.flatMap((file) => Object.entries(readVariables(file, effects)));
  const env = { ...Object.fromEntries(fromFiles), ...program.env };
  return { ...plan, program: { ...program, env, envFiles: [] } };
}

type Env = Plan['program']['env'];

function readVariables(file: EnvFilePlan, { readEnvFile }: Pick<Effects, 'readEnvFile'>): Env {
  let text: string;
  try {
    text = readEnvFile(file.path);
  } catch (cause) {
    const { code, message } = describeError(cause);
    const missing = code === 'ENOENT' || code === 'ENOTDIR';
    if (missing && !file.required) return {};
    throw envFileError(file, code, remedies[code] ?? `cannot be read: ${message}`, cause);
  }
  // Node would name the value of a variable with NUL in its error, and bytes that are not UTF-8 would change the value.
  if (/[\0\uFFFD]/.test(text)) throw envFileError(file, 'EILSEQ', 'is not UTF-8 text. Save it as UTF-8.');
  // Some editors begin a file with a byte order mark. It would become a part of the first name.
  return parseEnv(text.replace(/^\uFEFF/, ''));
}

function envFileError({ field, path }: EnvFilePlan, code: string, problem: string, cause?: unknown): Error {
  return Object.assign(new Error(`${field}: '${path}' ${problem}`, { cause }), { code });
}

const missing = 'does not exist. Create it, or give { file, required: false }.';

const remedies: Readonly<Record<string, string>> = {
  ENOENT: missing,
  ENOTDIR: missing,
  EACCES: 'cannot be read by this user. Change its mode, or give another file.',
  EISDIR: 'is a folder. Give a file.',
  EFBIG: 'is larger than 1 MiB. Give a file of NAME=value lines.',
  EINVAL: 'is not a regular file. Give a file of NAME=value lines.',
};
