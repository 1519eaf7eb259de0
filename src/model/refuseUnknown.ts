import { SpecError } from './errors.js';
import { show } from './show.js';
import { suggest } from './suggest.js';

/**
 * Names an unknown key before its value is looked at: a slip in a name is likelier than a wrong value.
 *
 * @param at what stands before the key in its path
 * @throws {@link SpecError}
 */
export function refuseUnknown(value: object, known: readonly string[], at = ''): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const remedy = suggest(key, known, `Known fields: ${known.join(', ')}.`);
    throw new SpecError(at + key, `unknown field, with value ${show(Reflect.get(value, key))}. ${remedy}`);
  }
}
