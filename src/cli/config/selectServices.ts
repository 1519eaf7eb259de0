import { RxvisorError } from '../../model/errors.js';
import { suggest } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { dependenciesOf, type GraphNode } from '../../model/spec/dependsOn.js';

/** Which services of a config a command is for. */
export interface ServiceSelection {
  /** Names of services, whatever their profiles. Undefined: all services of the selected profiles. */
  readonly only?: readonly string[] | undefined;
  /** Whether to add the dependencies of the services in `only`. Default `true`. */
  readonly deps?: boolean | undefined;
  /** Services with profiles run only with one of these. Default: none. */
  readonly profile?: readonly string[] | undefined;
}

/** A service of a config, as far as the selection matters. */
export interface SelectableService extends GraphNode {
  /** The file and the service, for error messages. */
  readonly where: string;
  readonly profiles: readonly string[];
}

/**
 * The selected services of a config, in its order. As in docker compose, `only` enables the profiles of the services that it names.
 *
 * @throws RxvisorError with code `ERR_CONFIG` for an unknown service or profile, and for a dependency outside the selected profiles
 */
export function selectServices<S extends SelectableService>(
  file: string,
  services: readonly S[],
  { only, deps = true, profile = [] }: ServiceSelection,
): readonly S[] {
  if (!deps && only === undefined) throw problem('--no-deps: no services selected. Add --only NAME.');
  const names = services.flatMap(({ name }) => name ?? []);
  const profiles = services.flatMap(({ profiles }) => profiles);
  for (const name of only ?? []) refuseUnknownName(file, '--only', 'service', name, names);
  for (const name of profile) refuseUnknownName(file, '--profile', 'profile', name, profiles);
  const named = services.filter(({ name }) => name !== undefined && only?.includes(name));
  const enabled = new Set([...profile, ...named.flatMap(({ profiles }) => profiles)]);
  const available = services.filter((service) => named.includes(service) || isEnabled(service.profiles, enabled));
  const roots = only === undefined ? available : named;
  const selected = deps ? withDependencies(roots, available, services) : new Set(roots);
  if (selected.size > 0) return services.filter((service) => selected.has(service));
  throw problem(`${file}: all services have profiles. Add --profile NAME: ${[...new Set(profiles)].join(', ')}.`);
}

/** @throws RxvisorError with code `ERR_CONFIG` if there is a selection: a script is one service */
export function refuseSelection(file: string, { only, deps = true, profile }: ServiceSelection): void {
  const options = [only !== undefined && '--only', !deps && '--no-deps', profile !== undefined && '--profile'];
  const option = options.find((given) => given !== false);
  if (option === undefined) return;
  throw problem(`${file}: ${option}: this is a script, not a config. Remove the option, or give --config FILE.`);
}

/** Removes dependencies on services that are neither in the list nor `running`. */
export function withoutMissingDependencies(
  specs: readonly ChildSpec[],
  running: readonly (string | undefined)[],
): readonly ChildSpec[] {
  const known = new Set([...specs.map(({ name }) => name), ...running]);
  return specs.map((spec) => {
    if (spec.dependsOn === undefined) return spec;
    const { dependsOn, ...rest } = spec;
    const kept = Object.entries(dependenciesOf(dependsOn)).filter(([name]) => known.has(name));
    return kept.length === 0 ? rest : { ...rest, dependsOn: Object.fromEntries(kept) };
  });
}

/** Adds all dependencies, transitively. */
function withDependencies<S extends SelectableService>(
  roots: readonly S[],
  available: readonly S[],
  services: readonly S[],
): ReadonlySet<S> {
  const found = new Set(roots);
  // A set also visits what is added during the loop.
  for (const service of found) {
    for (const name of Object.keys(dependenciesOf(service.dependsOn))) {
      const dependencies = available.filter((other) => other.name === name);
      const isInConfig = services.some((other) => other.name === name);
      if (dependencies.length === 0 && isInConfig) throw outsideProfiles(service, name, services);
      for (const dependency of dependencies) found.add(dependency);
    }
  }
  return found;
}

function outsideProfiles({ where }: SelectableService, name: string, services: readonly SelectableService[]): Error {
  const profiles = services.flatMap((service) => (service.name === name ? service.profiles : []));
  const [first = ''] = profiles;
  return problem(
    `${where}: dependsOn: '${name}' runs only with profile ${[...new Set(profiles)].join(' or ')}. Add --profile ${first}.`,
  );
}

function isEnabled(profiles: readonly string[], enabled: ReadonlySet<string>): boolean {
  return profiles.length === 0 || profiles.some((profile) => enabled.has(profile));
}

function refuseUnknownName(file: string, option: string, kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const names = [...new Set(known)];
  const remedy =
    names.length === 0 ? `No service has a ${kind === 'service' ? 'name' : kind}.` : `Known: ${names.join(', ')}.`;
  throw problem(`${file}: ${option} ${name}: no such ${kind}. ${suggest(name, names, remedy)}`);
}

function problem(message: string): RxvisorError {
  return new RxvisorError('ERR_CONFIG', message);
}
