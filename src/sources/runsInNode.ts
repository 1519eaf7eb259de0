import type { Program } from '../model/plan.js';
import { interpreterOf } from './runnerOf.js';

/** Whether a program is a script that Node runs; without a script it is the `main` of a package. */
export function runsInNode({ script, command, interpreter }: Program): boolean {
  return command === undefined && (script === undefined || interpreterOf(script, interpreter)?.node === true);
}
