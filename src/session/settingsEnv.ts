import type { Settings } from './settings.js';

/** What a worker finds in its environment: `PORT_SERVER` for `port.server`, `POLLING`. */
export function settingsEnv(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name.replace(/[^a-z0-9]+/gi, '_').toUpperCase(), String(value)]),
  );
}
