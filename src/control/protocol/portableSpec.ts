import { isRecord } from '../../model/check.js';
import { SpecError } from '../../model/errors.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';

/**
 * Makes a spec that JSON can hold, for another process or the saved list. `parsePortableSpec` reads it.
 *
 * @throws SpecError for a value that JSON would silently change or lose
 */
export function portableSpec(spec: ChildSpec): object {
  const { ready } = spec;
  const line = typeof ready === 'object' && 'line' in ready ? ready.line : undefined;
  const portable =
    line instanceof RegExp ? { ...spec, ready: { line: { pattern: line.source, flags: line.flags } } } : spec;
  checkPortable(portable, '');
  return portable;
}

/**
 * Checks a spec made by `portableSpec` that came as JSON.
 *
 * @throws SpecError for an invalid spec
 */
export function parsePortableSpec(value: unknown): ChildSpec {
  const pattern = readyPattern(value);
  return parseSpec(pattern === undefined ? value : { ...pattern.spec, ready: { line: pattern.line } });
}

function checkPortable(value: unknown, field: string): void {
  if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    for (const [key, entry] of Object.entries(value)) checkPortable(entry, field === '' ? key : `${field}.${key}`);
    return;
  }
  // `undefined` means the same as a missing field, except in `env`: there it removes a variable.
  if (value === undefined && !field.startsWith('env.')) return;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return;
  throw new SpecError(field, `${show(value)} cannot be sent to another process. Give a value that JSON can hold.`);
}

function readyPattern(value: unknown): { readonly spec: object; readonly line: RegExp } | undefined {
  if (!isRecord(value) || !('ready' in value)) return undefined;
  const { ready } = value;
  if (!isRecord(ready) || !('line' in ready) || !isRecord(ready.line)) return undefined;
  const { pattern, flags }: { pattern?: unknown; flags?: unknown } = ready.line;
  if (typeof pattern !== 'string' || typeof flags !== 'string') return undefined;
  try {
    return { spec: value, line: new RegExp(pattern, flags) };
  } catch {
    // `parseSpec` reports the invalid pattern.
    return undefined;
  }
}
