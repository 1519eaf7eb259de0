import type { ChildSpec } from '../model/childSpec.js';
import { isRecord } from '../model/isRecord.js';
import { instanceOf } from '../model/instanceOf.js';
import type { Description, Status } from '../model/status.js';
import { serviceKey } from '../sources/serviceKey.js';
import { portableSpec } from './portableSpec.js';

/**
 * Finds the child that already runs each saved spec: first one with the same spec, then one that is the same instance of
 * the same service, since a service may have been started again from another shell, or reloaded. Each child counts once.
 *
 * @returns a status for each spec; undefined: that child is not there
 */
export function matchSaved(
  specs: readonly ChildSpec[],
  present: readonly Pick<Description, 'status' | 'spec'>[],
): readonly (Status | undefined)[] {
  const found = new Map<number, Status>();
  const left = new Set(present);
  for (const keyOf of [specKey, instanceKey]) {
    const byKey = new Map<string, Pick<Description, 'status' | 'spec'>[]>();
    for (const child of left) {
      const key = keyOf(child.spec);
      byKey.set(key, [...(byKey.get(key) ?? []), child]);
    }
    for (const [index, spec] of specs.entries()) {
      const match = found.has(index) ? undefined : byKey.get(keyOf(spec))?.shift();
      if (match === undefined) continue;
      found.set(index, match.status);
      left.delete(match);
    }
  }
  return specs.map((_, index) => found.get(index));
}

/** Equal for equal specs, in any order of their fields. */
function specKey(spec: ChildSpec): string {
  try {
    return JSON.stringify(portableSpec(spec), sorted);
  } catch {
    // It cannot be saved, so it is not in the saved list.
    return '';
  }
}

function sorted(_key: string, value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}

function instanceKey(spec: ChildSpec): string {
  return JSON.stringify([serviceKey(spec), instanceOf(spec) ?? null]);
}
