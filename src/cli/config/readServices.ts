import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError, RxvisorError } from '../../model/errors.js';
import { show, suggest } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { importPm2 } from '../pm2/importPm2.js';

export interface ReadOptions {
  /** NAME of the `env_NAME` of a pm2 ecosystem file to add to `env`. */
  readonly env?: string | undefined;
  /** Called for each part of a pm2 file that rxvisor does not support. */
  readonly onUnsupported?: ((what: string) => void) | undefined;
}

/** Whether a file is a config or a Procfile by its name. The content cannot decide: reading a module runs it. */
export function isConfigName(path: string): boolean {
  return /\.json$|(^|\.)config\.[cm]?[jt]s$|^Procfile(\.|$)/.test(basename(path));
}

/**
 * Reads the services of a config, a pm2 ecosystem file or a Procfile, without checks of their fields.
 *
 * A file with an unknown extension is read as JSON.
 *
 * @throws RxvisorError with code `ERR_CONFIG`: the file, the problem and the remedy
 */
export async function readServices(
  file: string,
  path: string,
  { env, onUnsupported }: ReadOptions,
): Promise<readonly unknown[]> {
  if (basename(path).startsWith('Procfile')) {
    refuseEnv(file, env);
    const text = withContext(() => readFileSync(path, 'utf8'), file);
    return servicesOf(parseProcfile(text, file), file);
  }
  const config = /\.[cm]?[jt]s$/.test(path) ? await importDefault(file, path) : readJson(file, path);
  if (typeof config !== 'object' || config === null || !('apps' in config)) {
    refuseEnv(file, env);
    return servicesOf(config, file);
  }
  const imported = withContext(() => importPm2(config, env), file);
  if (imported === undefined) {
    const remedy = "Give an array: { apps: [{ script: 'app.js' }] }.";
    throw new RxvisorError('ERR_CONFIG', `${file}: apps: ${show(config.apps)} is not a list of apps. ${remedy}`);
  }
  for (const what of imported.unsupported) onUnsupported?.(`${file}: ${what}`);
  return servicesOf(imported.services, file);
}

/** @throws RxvisorError with code `ERR_CONFIG` if there is an `--env` */
export function refuseEnv(file: string, env: string | undefined): void {
  if (env === undefined) return;
  const remedy = 'It selects an env_NAME of a pm2 ecosystem file. Remove it.';
  throw new RxvisorError('ERR_CONFIG', `${file}: --env ${env}: this is not a pm2 ecosystem file. ${remedy}`);
}

/** Puts the file, or the place in it, before the message of an error. */
export function withContext<T>(work: () => T, where: string): T {
  try {
    return work();
  } catch (cause) {
    const gone = describeError(cause).message.endsWith('uv_cwd');
    const problem = gone
      ? 'the current folder was removed. Change to another folder with cd.'
      : describeError(cause).message;
    throw new RxvisorError('ERR_CONFIG', `${where}: ${problem}`, { cause });
  }
}

function readJson(file: string, path: string): unknown {
  return withContext((): unknown => JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')), file);
}

async function importDefault(file: string, path: string): Promise<unknown> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new RxvisorError('ERR_CONFIG', `${file}: cannot load this file: ${loadErrorText(cause, file)}`, { cause });
  }
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw new RxvisorError('ERR_CONFIG', `${file}: no default export. Add one: export default [{ script: 'app.js' }];`);
}

/** The text of a load error, with the stack of the user's files only: the rest is Node's loader and rxvisor. */
function loadErrorText(error: unknown, file: string): string {
  if (!(error instanceof Error)) return show(error);
  if (describeError(error).code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return `Node ${process.version} cannot load TypeScript. Write a .mjs file, or use Node 22.18 or later.`;
  }
  if (error instanceof SyntaxError && /^(Unexpected token 'export'|Cannot use import statement)/.test(error.message)) {
    const module = file.replace(/\.[cm]?([jt]s)$/, '.m$1');
    return `Node reads this file as CommonJS. Rename it to ${basename(module)}, or set "type": "module" in package.json.`;
  }
  // Node prints the line of a syntax error only when nothing catches the error.
  if (error instanceof SyntaxError) return `${String(error)}. To see where: node --check ${file}`;
  const lines = (error.stack ?? String(error)).split('\n').filter((line) => line !== '');
  const end = lines.findIndex((line) => /^ +at .*\bnode:/.test(line));
  return lines.slice(0, end === -1 ? undefined : end).join('\n  ');
}

function servicesOf(config: unknown, file: string): readonly unknown[] {
  const services = Array.isArray(config) ? config : servicesField(config, file);
  if (services.length === 0) {
    throw new RxvisorError('ERR_CONFIG', `${file}: no services. Give at least one: [{ script: 'app.js' }].`);
  }
  return services;
}

function servicesField(config: unknown, file: string): readonly unknown[] {
  const remedy = `Give an array of services, or { services: [...] }.`;
  if (typeof config !== 'object' || config === null) {
    throw new RxvisorError('ERR_CONFIG', `${file}: ${show(config)} is not a config. ${remedy}`);
  }
  // `$schema` is for editors.
  const unknown = Object.keys(config).find((key) => key !== 'services' && key !== '$schema');
  if (unknown !== undefined) {
    const value = show(Reflect.get(config, unknown));
    throw new RxvisorError(
      'ERR_CONFIG',
      `${file}: ${unknown}: unknown field, with value ${value}. ${suggest(unknown, ['services'], remedy)}`,
    );
  }
  if ('services' in config && Array.isArray(config.services)) return config.services;
  const value = 'services' in config ? show(config.services) : 'undefined';
  throw new RxvisorError('ERR_CONFIG', `${file}: services: ${value} is not a list. ${remedy}`);
}

/**
 * Parses a Procfile: each line `name: command` is a service. A shell runs the command.
 *
 * @throws RxvisorError with code `ERR_CONFIG`: the line and the remedy
 * @see https://devcenter.heroku.com/articles/procfile
 */
function parseProcfile(text: string, file: string): readonly ChildSpec[] {
  return text.split(/\r?\n/).flatMap((line, index): ChildSpec[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [, name, command] = /^\s*([\w-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && command !== undefined) return [{ name, command: 'sh', args: ['-c', command] }];
    throw new RxvisorError(
      'ERR_CONFIG',
      `${file}:${String(index + 1)}: ${show(line)} is not a process type. Give a name and a command: web: node server.js`,
    );
  });
}
