import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RxvisorError } from '../../model/errors.js';

/**
 * Finds the config of a folder.
 *
 * @throws RxvisorError with code `ERR_CONFIG` when there is none
 */
export function findConfig(folder = '.'): string {
  const found = CONFIG_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RxvisorError(
    'ERR_CONFIG',
    'no config in this folder. Give a config or a script, or write rxvisor.config.mjs, ecosystem.config.js or a Procfile.',
  );
}

/** Names of configs, in the order of the search. */
const CONFIG_NAMES = [
  ...['mjs', 'js', 'cjs', 'ts', 'mts', 'json'].map((extension) => `rxvisor.config.${extension}`),
  ...['js', 'cjs', 'mjs', 'json'].map((extension) => `ecosystem.config.${extension}`),
  'Procfile',
];
