import type { ChildSpec } from '../model/childSpec.js';
import { SpecError } from '../model/errors.js';
import { show } from '../model/show.js';

/**
 * A spec as JSON can hold it, for another process or another life; `parsePortableSpec` reads it.
 *
 * @throws SpecError for what JSON would change or lose without a word
 */
export function portableSpec(spec: ChildSpec): object {
  const { ready } = spec;
  const line = typeof ready === 'object' && 'line' in ready ? ready.line : undefined;
  const portable =
    line instanceof RegExp ? { ...spec, ready: { line: { pattern: line.source, flags: line.flags } } } : spec;
  check(portable, '');
  return portable;
}

function check(value: unknown, field: string): void {
  if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    for (const [key, entry] of Object.entries(value)) check(entry, field === '' ? key : `${field}.${key}`);
    return;
  }
  // A field that is not given is as good as none, but a variable of the environment is taken away by it.
  if (value === undefined && !field.startsWith('env.')) return;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return;
  throw new SpecError(field, `${show(value)} cannot be sent to another process. Give what JSON can hold.`);
}
