import { RxvisorError, SpecError } from './errors.js';
import { isSecretName, MASK } from './mask.js';
import { show } from './show.js';
import { suggest } from './suggest.js';

/**
 * Names an unknown key before its value is looked at: a slip in a name is likelier than a wrong value.
 *
 * @param at what stands before the key in its path
 * @throws {@link SpecError}
 */
export function refuseUnknown(value: object, known: readonly string[], at = ''): void {
  refuse(value, known, 'field', (key, problem) => new SpecError(at + key, problem));
}

/** The same for options: throws {@link RxvisorError} with code `ERR_OPTION`. */
export function refuseUnknownOptions(value: object, known: readonly string[], at = ''): void {
  refuse(value, known, 'option', (key, problem) => new RxvisorError('ERR_OPTION', `${at}${key}: ${problem}`));
}

function refuse(
  value: object,
  known: readonly string[],
  what: 'field' | 'option',
  errorOf: (key: string, problem: string) => RxvisorError,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const remedy = suggest(key, known, `Known ${what}s: ${known.join(', ')}.`);
    throw errorOf(
      key,
      `unknown ${what}, with value ${isSecretName(key) ? MASK : show(Reflect.get(value, key))}. ${remedy}`,
    );
  }
}
