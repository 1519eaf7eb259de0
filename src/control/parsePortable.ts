import type { ChildSpec } from '../model/childSpec.js';
import { isRecord } from '../model/isRecord.js';
import { parseSpec } from '../model/parseSpec.js';

/**
 * Checks a spec that has come as JSON, as `portableSpec` makes it.
 *
 * @throws SpecError
 */
export function parsePortableSpec(value: unknown): ChildSpec {
  const pattern = patternIn(value);
  return parseSpec(pattern === undefined ? value : { ...pattern.spec, ready: { line: pattern.line } });
}

function patternIn(value: unknown): { readonly spec: object; readonly line: RegExp } | undefined {
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
