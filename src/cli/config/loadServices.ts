import { statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { isRecord, refuseUnknown } from '../../model/check.js';
import { RxvisorError } from '../../model/errors.js';
import { parseSpec } from '../../model/schema/parseSpec.js';
import { specFields } from '../../model/schema/specSchema.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { findGraphProblem } from '../../model/spec/dependsOn.js';
import { splitInstances, withInstance } from '../../model/spec/instance.js';
import { splitProfiles } from '../../model/spec/profiles.js';
import { instanceCount } from '../../ports/cluster.js';
import { planChild, rebaseSpec } from '../../supervisor/planChild.js';
import { checkLaunch } from './checkLaunch.js';
import { isConfigName, type ReadOptions, readServices, refuseEnv, withContext } from './readServices.js';
import { type ServiceSelection, refuseSelection, selectServices } from './selectServices.js';

export interface LoadOptions extends ReadOptions {
  /** Whether the file is a config, whatever its name. Default `false`: the name decides. */
  readonly isConfig?: boolean | undefined;
  /** The services to load. Default: all services without profiles. */
  readonly selection?: ServiceSelection | undefined;
  /** Finds the names of other services that `dependsOn` may name. Called only if it is needed. Default: none. */
  readonly others?: (() => Promise<readonly string[]>) | undefined;
}

/**
 * Loads and checks the services of a config, a pm2 ecosystem file or a Procfile, or makes one service for a script.
 *
 * The fields of all services are checked. Programs and folders are checked only for the selected services.
 *
 * @throws RxvisorError with code `ERR_CONFIG`: the file, the service, the field, its value and the remedy
 */
export async function loadServices(
  file: string,
  args: readonly string[],
  { isConfig = false, selection = {}, others, ...options }: LoadOptions = {},
): Promise<readonly ChildSpec[]> {
  const path = withContext(() => resolve(file), file);
  refuseUnreadable(file, path);
  if (!isConfig && !isConfigName(path)) {
    refuseEnv(file, options.env);
    refuseSelection(file, selection);
    const script: ChildSpec = { name: basename(path, extname(path)), script: path, args };
    withContext(() => checkLaunch(planChild(script).plan), file);
    return [script];
  }
  if (args.length > 0) {
    throw new RxvisorError(
      'ERR_CONFIG',
      `${file}: ${show(args)}: a config takes no arguments. Put them in the config, in the field args.`,
    );
  }
  const services = await readServices(file, path, options);
  const parsed = services.map((entry, index) => {
    const where = `${file}: services[${index}]${nameOf(entry)}`;
    if (isRecord(entry)) withContext(() => refuseUnknown(entry, [...specFields, 'instances', 'profiles']), where);
    const { service: unscoped, profiles } = withContext(() => splitProfiles(entry), where);
    const { service, instances } = withContext(() => splitInstances(unscoped), where);
    const spec = rebaseSpec(
      withContext(() => parseSpec(service), where),
      dirname(path),
    );
    const plan = withContext(() => planChild(spec).plan, where);
    return { where, instances, profiles, name: spec.name, dependsOn: spec.dependsOn, spec, plan };
  });
  const inConfig = findGraphProblem(parsed);
  const present = inConfig === undefined || others === undefined ? [] : await others();
  const problem =
    present.length === 0
      ? inConfig
      : findGraphProblem(
          parsed,
          present.map((name) => ({ name })),
        );
  if (problem !== undefined) {
    throw new RxvisorError('ERR_CONFIG', `${parsed[problem.index]?.where ?? file}: dependsOn: ${problem.message}`);
  }
  const selected = selectServices(file, parsed, selection);
  // First check all specs, then look for missing files.
  for (const { where, plan } of selected) withContext(() => checkLaunch(plan), where);
  return selected.flatMap(({ spec, instances }) => expandInstances(spec, instances));
}

/** Makes a spec for each instance, with its number. Without `instances`, returns the spec unchanged. */
export function expandInstances(spec: ChildSpec, instances: number | 'max' | undefined): readonly ChildSpec[] {
  if (instances === undefined) return [spec];
  return Array.from({ length: instanceCount(instances) }, (_, index) => withInstance(spec, index));
}

/** Limits a spec to this number of restarts in total. Without a number, returns the spec unchanged. */
export function withMaxRestarts(spec: ChildSpec, maxRestarts: number | undefined): ChildSpec {
  if (maxRestarts === undefined) return spec;
  return maxRestarts === 0
    ? { ...spec, restartAt: [] }
    : { ...spec, limit: { max: maxRestarts, within: Number.MAX_SAFE_INTEGER } };
}

function refuseUnreadable(file: string, path: string): void {
  const stats = withContext(() => statSync(path, { throwIfNoEntry: false }), file);
  if (stats === undefined) throw new RxvisorError('ERR_CONFIG', `${file}: no such file. ${missingRemedy(file, path)}`);
  if (!stats.isFile()) throw new RxvisorError('ERR_CONFIG', `${file}: not a file. Give a config or a script.`);
}

/** A word without a dot or a slash is probably the name of a service. */
function missingRemedy(file: string, path: string): string {
  const look = `Look in ${dirname(path)}.`;
  return /^[\w-]+$/.test(file) ? `${look} To restart a service of this name, run: rxvisor restart ${file}` : look;
}

function nameOf(service: unknown): string {
  const named =
    typeof service === 'object' && service !== null && 'name' in service && typeof service.name === 'string';
  return named ? ` (${show(service.name)})` : '';
}
