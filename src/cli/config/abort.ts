import { suggest } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { dependenciesOf, type DependencyCondition } from '../../model/spec/dependsOn.js';
import { CliError } from '../cliError.js';
import type { RunRequest } from '../commandLine.js';

/**
 * The spec with the actions of `--abort-on-exit` and `--abort-on-failure`. Without these options, returns the spec unchanged.
 *
 * A spec without a restart policy is not restarted: with the default schedule, a crashed job would never end. docker compose does
 * not restart by default either.
 */
export function withAbort(
  spec: ChildSpec,
  { abortOnExit, abortOnFailure }: Pick<RunRequest, 'abortOnExit' | 'abortOnFailure'>,
): ChildSpec {
  if (!abortOnExit && !abortOnFailure) return spec;
  const { restartAt, restartOn, limit } = spec;
  const runsOnce = restartAt === undefined && restartOn === undefined && limit === undefined;
  return {
    ...spec,
    ...(runsOnce && { restartAt: [] }),
    ...(abortOnExit && { onExit: 'stopAll' }),
    ...(abortOnFailure && { onFailure: 'stopAll' }),
  };
}

/**
 * The specs with the actions of `--abort-on-exit` and `--abort-on-failure`.
 *
 * The end that a dependent waits for does not stop all: else it could never start. A job that must complete successfully stops all
 * when it fails.
 */
export function withAborts(
  specs: readonly ChildSpec[],
  options: Pick<RunRequest, 'abortOnExit' | 'abortOnFailure' | 'exitCodeFrom'>,
): readonly ChildSpec[] {
  const conditions = new Map<string, Set<DependencyCondition>>();
  for (const { dependsOn } of specs) {
    for (const [name, { condition }] of Object.entries(dependenciesOf(dependsOn)))
      conditions.set(name, (conditions.get(name) ?? new Set()).add(condition));
  }
  return specs.map((spec) => {
    const { name = '' } = spec;
    const awaited = name === options.exitCodeFrom ? undefined : conditions.get(name);
    const succeeds = awaited?.has('completedSuccessfully') === true;
    if (!options.abortOnExit || !(succeeds || awaited?.has('completed') === true)) return withAbort(spec, options);
    const { onExit: _, ...aborting } = withAbort(spec, {
      ...options,
      abortOnFailure: options.abortOnFailure || succeeds,
    });
    return spec.onExit === undefined ? aborting : { ...aborting, onExit: spec.onExit };
  });
}

/** @throws CliError if no service has the name of `--exit-code-from`. It suggests the most similar name */
export function requireService(exitCodeFrom: string | undefined, services: readonly ChildSpec[]): void {
  const names = services.flatMap(({ name }) => name ?? []);
  if (exitCodeFrom === undefined || names.includes(exitCodeFrom)) return;
  const known = names.length === 0 ? 'No service has a name.' : `Services: ${[...new Set(names)].join(', ')}.`;
  throw new CliError(2, `--exit-code-from ${exitCodeFrom}: no such service. ${suggest(exitCodeFrom, names, known)}`);
}
