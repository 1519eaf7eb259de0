import { isRecord } from '../../model/check.js';
import { SpecError } from '../../model/errors.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';

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
  checkPortable(portable, '');
  return portable;
}

function checkPortable(value: unknown, field: string): void {
  if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
    for (const [key, entry] of Object.entries(value)) checkPortable(entry, field === '' ? key : `${field}.${key}`);
    return;
  }
  // A field that is not given is as good as none, but a variable of the environment is taken away by it.
  if (value === undefined && !field.startsWith('env.')) return;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return;
  throw new SpecError(field, `${show(value)} cannot be sent to another process. Give what JSON can hold.`);
}

/**
 * Checks a spec that has come as JSON, as `portableSpec` makes it.
 *
 * @throws SpecError
 */
export function parsePortableSpec(value: unknown): ChildSpec {
  const pattern = readyPattern(value);
  return parseSpec(pattern === undefined ? value : { ...pattern.spec, ready: { line: pattern.line } });
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
    // parseSpec says what is wrong.
    return undefined;
  }
}
