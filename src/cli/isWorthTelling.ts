import type { ChildSpec } from '../model/childSpec.js';
import type { SupervisorEvent } from '../supervise.js';

/** Leaves out what a log holds, and readiness that nobody asked for and `started` says already. */
export function isWorthPrinting(event: SupervisorEvent, { log, ready = 'spawn' }: ChildSpec): boolean {
  if (event.type === 'ready') return ready !== 'spawn';
  if (event.type !== 'output' || log === undefined) return true;
  return typeof log === 'object' && !('file' in log) && log[event.stream] === undefined;
}
