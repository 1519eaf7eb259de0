import type { CommandResult } from '../model/status.js';
import type { Target } from '../model/target.js';
import type { Supervisor } from '../supervise.js';
import { startCopy } from './oneMore.js';

/** Starts one more of each; done when they are up, or have failed. */
export async function duplicateChildren(supervisor: Supervisor, target: Target): Promise<readonly CommandResult[]> {
  return Promise.all(supervisor.describe(target).map(async (description) => startCopy(supervisor, description)));
}
