import { existsSync, readFileSync } from 'node:fs';
import { SpecError } from '../../model/errors.js';
import type { Plan } from '../../model/spec/plan.js';
import { withEnvFiles } from '../../process/envFiles.js';
import { folderProblem, isExecutable, launchProblem, missingProblem } from '../../process/launchProblem.js';
import { resolveLaunch, scriptOf } from '../../process/resolveLaunch.js';
import { readEnvFile } from '../../system/readEnvFile.js';

/**
 * Checks that the folder, the env files, the program and the script of a service exist. Call it before any service is started.
 *
 * @throws an error with the field, the path and the remedy
 */
export function checkLaunch(plan: Plan): void {
  const { program } = plan;
  const folder = folderProblem(program.cwd);
  if (folder !== undefined && !isArchived(program.cwd)) throw new SpecError('cwd', folder.text);
  const problem = launchProblem(resolveLaunch(withEnvFiles(plan, effects), effects));
  if (problem !== undefined) throw new Error(problem.message);
  if (program.command !== undefined) return;
  const script = scriptOf(program, effects);
  // Only Electron can read an archive. For other scripts, try the extensions that Node tries.
  if (isArchived(script) || ['', '.js', '.json', '.node'].some((ending) => existsSync(script + ending))) return;
  const missing = missingProblem(script, 'Relative paths start at cwd.');
  if (missing !== undefined) throw new SpecError('script', missing.text);
}

/** Effects without RxJS, so that mistakes are reported before RxJS is loaded. */
const effects = {
  isExecutable,
  readText: (path: string): string => readFileSync(path, 'utf8'),
  readEnvFile,
  process,
  cookie: () => '',
};

function isArchived(path: string): boolean {
  return path.includes('.asar');
}
