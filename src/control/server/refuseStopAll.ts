import { SpecError } from '../../model/errors.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';

/**
 * Refuses a service whose end would stop all services of a manager that runs services of several configs.
 *
 * @throws SpecError
 */
export function refuseStopAll({ name, ...spec }: ChildSpec): void {
  const field = (['onExit', 'onFailure'] as const).find((field) => spec[field] === 'stopAll');
  if (field === undefined) return;
  const which = name === undefined ? '' : ` of ${name}`;
  throw new SpecError(
    field,
    `'stopAll'${which} works with \`rxvisor run\` and in the library only: the background manager also runs services of other configs. Remove it, or use \`rxvisor run\`.`,
  );
}
