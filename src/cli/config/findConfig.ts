import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RxvisorError } from '../../model/errors.js';

/** In the order in which they are looked for. */
const CONFIG_NAMES = [
  ...['mjs', 'js', 'cjs', 'ts', 'mts', 'json'].map((extension) => `rxvisor.config.${extension}`),
  ...['js', 'cjs', 'mjs', 'json'].map((extension) => `ecosystem.config.${extension}`),
  'Procfile',
];

/**
 * The config of a folder, for who names none.
 *
 * @throws RxvisorError with code `ERR_CONFIG` when there is none
 */
export function findConfig(folder = '.'): string {
  const found = CONFIG_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RxvisorError(
    'ERR_CONFIG',
    'no config here. Give one, or a script; or write rxvisor.config.mjs, ecosystem.config.js or a Procfile.',
  );
}
