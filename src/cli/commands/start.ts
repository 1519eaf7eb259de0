import { join } from 'node:path';
import { managerPaths } from '../../control/discovery/managerPaths.js';
import { portableSpec } from '../../control/protocol/portableSpec.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { instanceOf } from '../../model/spec/instance.js';
import type { Status } from '../../model/status.js';
import { withoutRxvisorEnv } from '../../process/launchEnv.js';
import { runsInNode } from '../../process/resolveLaunch.js';
import { resolveSpec } from '../../process/resolveSpec.js';
import { rebaseSpec } from '../../supervisor/planChild.js';
import { printRows, refusalsOf, rowsOf } from '../client/rows.js';
import { withDaemon } from '../client/withDaemon.js';
import type { ClientOptions } from '../client/withManagers.js';
import { findConfig } from '../config/findConfig.js';
import { expandInstances, loadServices, withMaxRestarts } from '../config/loadServices.js';
import { logName, logRotation } from '../config/logName.js';
import { CliError } from '../cliError.js';
import type { Io } from '../io.js';

export interface StartOptions extends ClientOptions {
  readonly name?: string;
  readonly instances?: number | 'max';
  readonly maxRestarts?: number;
  /** Which `env_NAME` of a pm2 ecosystem file. */
  readonly env?: string;
}

/** Specs in one request: with their environments they are far smaller than a frame may be. */
const BATCH_SIZE = 100;

/**
 * `rxvisor start`: hands services over to the background manager, and tells what has become of them: the manager says when
 * each has been up for as long as its `settle`.
 *
 * @throws CliError 1 when one of them did not come up, 2 for `-i` beside `instances` of a config
 */
export async function start(
  file: string | undefined,
  args: readonly string[],
  options: StartOptions,
  io: Io,
): Promise<void> {
  const path = file ?? findConfig();
  const services = await loadServices(path, args, { env: options.env, onUnsupported: io.warn });
  if (options.instances !== undefined && services.some((service) => instanceOf(service) !== undefined))
    throw new CliError(
      2,
      `-i ${String(options.instances)}: ${path} says how many, too. Leave it out, or instances there.`,
    );
  const specs = services.flatMap((service) =>
    expandInstances(withSharedPorts(service, options), options.instances).map((spec) =>
      portableSpec(forBackground(spec, options)),
    ),
  );
  await withDaemon(options, io, async (client) => {
    const started: Status[] = [];
    // In one request: a command that is interrupted or has no more time has not started a part of a config.
    for (let first = 0; first < specs.length; first += BATCH_SIZE)
      started.push(...(await client.call('startAll', { specs: specs.slice(first, first + BATCH_SIZE) })));
    const ids = started.flatMap(({ id }) => id ?? []);
    const results = new Map((await client.call('settled', { target: { ids } })).map((result) => [result.id, result]));
    const rows = rowsOf(
      client,
      started.map((status) => results.get(status.id) ?? { ...status, refused: 'it was deleted meanwhile' }),
    );
    await printRows(rows, options.json === true, io);
    const down = refusalsOf(rows);
    if (down.length > 0) throw new CliError(1, [...down, 'See: rxvisor logs.'].join('\n'));
  });
}

/** Several instances of what Node runs share the ports they listen on, if any: `-i` is no use to a server otherwise. */
function withSharedPorts(service: ChildSpec, { instances }: StartOptions): ChildSpec {
  if (instances === undefined || service.exec !== undefined) return service;
  if (!runsInNode(resolveSpec(service).program)) return service;
  return { ...service, exec: 'cluster', ready: service.ready ?? 'spawn' };
}

/**
 * A service where no terminal shows its output. Its environment and its umask are those of this command, whatever manager
 * runs it, without the marks of a manager that this command itself may be a descendant of: the service does not end with it.
 */
function forBackground(service: ChildSpec, { name, maxRestarts }: StartOptions): ChildSpec {
  const spec = rebaseSpec(withMaxRestarts({ ...service, ...(name !== undefined && { name }) }, maxRestarts), '.');
  const env = spec.extendEnv === false ? { ...spec.env } : { ...withoutRxvisorEnv(process.env), ...spec.env };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const complete = { ...spec, env: given, extendEnv: false, umask: spec.umask ?? currentUmask() };
  if (spec.log !== undefined) return complete;
  const log = { file: join(managerPaths().logs, logName(spec)), rotate: logRotation };
  return { output: false, ...complete, log };
}

/** The mask of this command, in octal digits. To read it, it has to be set. */
function currentUmask(): string {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask.toString(8).padStart(3, '0');
}
