import type { ControlClient } from '../../control/client/controlClient.js';
import { portableSpec } from '../../control/protocol/portableSpec.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { dependenciesFirst } from '../../model/spec/dependsOn.js';
import { instanceOf } from '../../model/spec/instance.js';
import type { Status } from '../../model/status.js';
import { runsInNode } from '../../process/resolveLaunch.js';
import { resolveSpec } from '../../process/resolveSpec.js';
import { listRows, printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { withDaemon } from '../client/withDaemon.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { backgroundSpec } from '../config/backgroundSpec.js';
import { findConfig } from '../config/findConfig.js';
import { expandInstances, loadServices, withMaxRestarts } from '../config/loadServices.js';
import { withoutMissingDependencies } from '../config/selectServices.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';
import { fileOf, type SelectionFlags } from '../selectionOptions.js';
import type { Row } from '../table/statusTable.js';

export interface StartOptions extends ClientOptions, SelectionFlags {
  readonly name?: string;
  readonly instances?: number | 'max';
  readonly maxRestarts?: number;
  /** NAME of the `env_NAME` to use from a pm2 ecosystem file. */
  readonly env?: string;
}

/**
 * `rxvisor start`: sends services to the background manager and prints the results. Waits until each service has been
 * ready for its `settle` time, or has failed to start.
 *
 * @throws CliError 1 when a service failed to start, 2 for `-i` with a config that has `instances`
 */
export async function start(
  file: string | undefined,
  args: readonly string[],
  options: StartOptions,
  io: Io,
): Promise<void> {
  const path = fileOf(file, options) ?? findConfig();
  const isConfig = options.config !== undefined;
  const services = await loadServices(path, args, {
    env: options.env,
    isConfig,
    selection: options,
    others: async () => namesInManager(options, io),
    onUnsupported: io.warn,
  });
  if (options.instances !== undefined && services.some((service) => instanceOf(service) !== undefined))
    throw new CliError(2, `-i ${String(options.instances)}: ${path} already has instances. Remove one of the two.`);
  const complete = dependenciesFirst(services).flatMap((service) =>
    expandInstances(withSharedPorts(service, options), options.instances).map((spec) =>
      portableSpec(backgroundSpec(withOptions(spec, options))),
    ),
  );
  await withDaemon(options, io, async (client) => {
    const specs = options.deps === false ? withoutMissingDependencies(complete, await runningNames(client)) : complete;
    const started: Status[] = [];
    // One request for all specs: an interrupted command does not start only a part of a config.
    for (let first = 0; first < specs.length; first += BATCH_SIZE)
      started.push(...(await client.call('startAll', { specs: specs.slice(first, first + BATCH_SIZE) })));
    const ids = started.flatMap(({ id }) => id ?? []);
    const results = new Map((await client.call('settled', { target: { ids } })).map((result) => [result.id, result]));
    const rows = rowsOf(
      client,
      started.map((status) => results.get(status.id) ?? { ...status, refused: 'it was deleted before it had started' }),
    );
    await printRows(rows, options.json === true, io);
    const down = refusalsOf(rows);
    if (down.length > 0)
      throw new CliError(1, [...down, `To see why, run: rxvisor logs ${failedNames(rows)}`.trimEnd()].join('\n'));
  });
}

/** The names of all services of the manager that `start` is for. None if it does not run. */
async function namesInManager(options: StartOptions, io: Io): Promise<readonly string[]> {
  const { manager = 'daemon' } = options;
  try {
    const rows = await withManagers({ ...options, manager }, io, async (clients) => Promise.all(clients.map(listRows)));
    return rows.flat().flatMap(({ name }) => name ?? []);
  } catch (error) {
    if (error instanceof CliError && error.exitCode === 3) return [];
    throw error;
  }
}

/** The names of the services of a manager that run, or are about to run. */
async function runningNames(client: ControlClient): Promise<readonly string[]> {
  const rows = await listRows(client);
  return rows.flatMap(({ name, state }) =>
    name === undefined || state === 'stopped' || state === 'failed' ? [] : name,
  );
}

/** The names of the services that failed, as arguments of a command. Empty if a shell would change one of them. */
function failedNames(rows: readonly Row[]): string {
  const names = [...new Set(rows.filter(({ refused }) => refused !== undefined).map(({ name = '' }) => name))];
  return names.every((name) => /^[\w.@-]+$/.test(name)) ? names.join(' ') : '';
}

/** Number of specs in one request: with their environments, they are far smaller than the maximum frame. */
const BATCH_SIZE = 100;

/** With `-i`, Node programs share their ports: else only one instance of a server could listen. */
function withSharedPorts(service: ChildSpec, { instances }: StartOptions): ChildSpec {
  if (instances === undefined || service.exec !== undefined) return service;
  if (!runsInNode(resolveSpec(service).program)) return service;
  return { ...service, exec: 'cluster', ready: service.ready ?? 'spawn' };
}

function withOptions(service: ChildSpec, { name, maxRestarts }: StartOptions): ChildSpec {
  return withMaxRestarts({ ...service, ...(name !== undefined && { name }) }, maxRestarts);
}
