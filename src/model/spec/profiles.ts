import { isRecord } from '../check.js';
import { RxvisorError } from '../errors.js';
import { show } from '../show.js';

/** A service of a config, without its `profiles`. */
export interface ProfiledEntry {
  readonly service: unknown;
  /** Empty: the service runs with any profile. */
  readonly profiles: readonly string[];
}

/** The JSON Schema of what `splitProfiles` accepts, for `config.schema.json`. */
export const profilesKeywords: Readonly<Record<string, unknown>> = {
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description: 'The service runs only with --profile and one of these names. Without profiles, it always runs.',
  default: [],
};

/**
 * Splits an entry of a config into its `profiles` and the rest.
 *
 * @throws RxvisorError with code `ERR_CONFIG` if `profiles` is not a list of names
 */
export function splitProfiles(entry: unknown): ProfiledEntry {
  if (!isRecord(entry) || !('profiles' in entry)) return { service: entry, profiles: [] };
  const { profiles, ...service } = entry;
  if (profiles === undefined) return { service, profiles: [] };
  if (Array.isArray(profiles) && profiles.every(isName)) return { service, profiles };
  throw new RxvisorError('ERR_CONFIG', `profiles: ${show(profiles)} is not a list of names. Give a list: ['dev'].`);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
