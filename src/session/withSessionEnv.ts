import type { Effects } from '../effects.js';
import type { Settings } from './settings.js';
import { settingsEnv } from './settingsEnv.js';

/** Effects whose programs find the session in their environment, as it is when they are started. */
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
