import type { ChildSpec } from '../model/childSpec.js';

/** Whether a stream goes to a file. */
export function isLogged({ log }: ChildSpec, stream: 'stdout' | 'stderr'): boolean {
  if (log === undefined) return false;
  return typeof log === 'string' || 'file' in log || log[stream] !== undefined;
}
