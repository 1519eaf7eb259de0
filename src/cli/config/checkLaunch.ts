import { existsSync, readFileSync } from 'node:fs';
import { SpecError } from '../../model/errors.js';
import type { Plan } from '../../model/spec/plan.js';
import { folderProblem, isExecutable, launchProblem, missingProblem } from '../../process/launchProblem.js';
import { resolveLaunch, scriptOf } from '../../process/resolveLaunch.js';

/** Real ones, without RxJS: a mistake is found before that is loaded. */
const effects = {
  isExecutable,
  readText: (path: string): string => readFileSync(path, 'utf8'),
  process,
  cookie: () => '',
};

/**
 * Checks that the folder, the program and the script of a service exist, before any service is started.
 *
 * @throws an error that names the field, the path and the remedy
 */
export function checkLaunch(plan: Plan): void {
  const { program } = plan;
  const folder = folderProblem(program.cwd);
  if (folder !== undefined && !isArchived(program.cwd)) throw new SpecError('cwd', folder.text);
  const problem = launchProblem(resolveLaunch(plan, effects));
  if (problem !== undefined) throw new Error(problem.message);
  if (program.command !== undefined) return;
  const script = scriptOf(program, effects);
  // Only Electron looks into an archive; Node tries extensions.
  if (isArchived(script) || ['', '.js', '.json', '.node'].some((ending) => existsSync(script + ending))) return;
  const missing = missingProblem(script, 'Give a path that begins at cwd.');
  if (missing !== undefined) throw new SpecError('script', missing.text);
}

function isArchived(path: string): boolean {
  return path.includes('.asar');
}
