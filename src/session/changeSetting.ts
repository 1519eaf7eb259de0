import { RxvisorError } from '../model/errors.js';
import { MAX_DELAY } from '../model/isDelay.js';
import { show } from '../model/show.js';
import { suggest } from '../model/suggest.js';
import type { Settings } from './settings.js';

/**
 * @returns the settings with one changed
 * @throws RxvisorError with code `ERR_OPTION`: an unknown name, a value that cannot be, a port that another one has
 */
export function changeSetting(settings: Settings, name: string, value: unknown): Settings {
  if (!Object.hasOwn(settings, name)) {
    const known = Object.keys(settings);
    const remedy = suggest(name, known, `Give one of: ${known.join(', ')}.`);
    throw new RxvisorError('ERR_OPTION', `name: ${show(name)} is not a setting. ${remedy}`);
  }
  const [most, what] = name === 'polling' ? [MAX_DELAY, 'milliseconds'] : [65_535, 'a port'];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
    throw new RxvisorError(
      'ERR_OPTION',
      `${name}: ${show(value)} is not ${what}. Give a whole number from 1 to ${String(most)}.`,
    );
  }
  const taken =
    name === 'polling'
      ? undefined
      : Object.keys(settings).find((other) => isPort(other) && other !== name && settings[other] === value);
  if (taken !== undefined)
    throw new RxvisorError('ERR_OPTION', `${name}: ${String(value)} is ${taken} already. Give another.`);
  return { ...settings, [name]: value };
}

function isPort(name: string): boolean {
  return name.startsWith('port.');
}
