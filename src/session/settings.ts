import { MAX_DELAY } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { RxvisorError } from '../model/errors.js';
import { show, suggest } from '../model/show.js';

/** By name: `port.NAME` (1 to 65535) and `polling` (ms). */
export type Settings = Readonly<Record<string, number>>;

/**
 * @returns the settings with the change
 * @throws RxvisorError with code `ERR_OPTION`: an unknown name, an invalid value, or the port of another name
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

/** The environment variables of a worker: `PORT_SERVER` for `port.server`, `POLLING`. */
export function settingsEnv(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.replace(/[^a-z0-9]+/gi, '_').toUpperCase(), String(value)]),
  );
}

/** Effects that add the session and its current settings to the environment of programs. */
export function withSessionEnv(
  effects: Effects,
  now: () => { readonly key: string; readonly settings: Settings },
): Effects {
  return {
    ...effects,
    spawn: (launch, reading) => {
      const { key, settings } = now();
      const env = { ...launch.env, ...settingsEnv(settings), RXVISOR_SESSION: JSON.stringify({ key, settings }) };
      return effects.spawn({ ...launch, env }, reading);
    },
  };
}

function isPort(name: string): boolean {
  return name.startsWith('port.');
}
