import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError } from '../../model/errors.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import { escapeControlsInLines } from '../../model/show.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';
import { type Imported, importPm2 } from '../pm2/importPm2.js';

/**
 * `rxvisor import`: prints a config made from a pm2 dump or ecosystem file. Warns about unsupported keys.
 *
 * @throws CliError 2 when the file is neither, or an app is invalid
 */
export async function importFile(file: string, io: Io): Promise<void> {
  const imported = await readImport(file);
  if (imported === undefined) {
    throw new CliError(
      2,
      `${file}: neither a pm2 dump nor an ecosystem file. Give ~/.pm2/dump.pm2, or a file with { apps: [...] }.`,
    );
  }
  const { services, unsupported } = imported;
  for (const [index, service] of services.entries()) {
    try {
      parseSpec(service);
    } catch (error) {
      throw new CliError(2, `${file}: apps[${String(index)}]: ${describeError(error).message}`);
    }
  }
  io.print(`${escapeControlsInLines(JSON.stringify({ services }, null, 2))}\n`);
  for (const what of unsupported) io.warn(what);
}

async function readImport(file: string): Promise<Imported | undefined> {
  const content = await readContent(file);
  try {
    return importPm2(content);
  } catch (error) {
    throw new CliError(2, `${file}: ${describeError(error).message}`);
  }
}

async function readContent(file: string): Promise<unknown> {
  try {
    const path = resolve(file);
    if (!/\.[cm]?js$/.test(path)) return JSON.parse(readFileSync(path, 'utf8'));
    const module: unknown = await import(pathToFileURL(path).href);
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (error) {
    throw new CliError(2, `${file}: cannot read this file: ${describeError(error).message}`);
  }
}
