import { join } from 'node:path';
import type { ControlClient } from '../../control/controlClient.js';
import { places } from '../../control/places.js';
import { portableSpec } from '../../control/portableSpec.js';
import type { ChildSpec } from '../../model/childSpec.js';
import { instanceOf } from '../../model/instanceOf.js';
import { withoutMarks } from '../../model/marks.js';
import type { Status } from '../../model/status.js';
import { rebaseSpec } from '../../sources/rebaseSpec.js';
import { resolveSpec } from '../../sources/resolveSpec.js';
import { runsInNode } from '../../sources/runsInNode.js';
import { ExitError } from '../exitError.js';
import { limited } from '../limited.js';
import { findConfig } from '../findConfig.js';
import { instancesOf } from '../instancesOf.js';
import { logRotation } from '../logRotation.js';
import { loadServices } from '../loadServices.js';
import type { Io } from './io.js';
import { logName } from './logName.js';
import { printRows } from './printRows.js';
import { rowsOf } from './rows.js';
import { withLauncher } from './withLauncher.js';
import type { ClientOptions } from './withManagers.js';

export interface StartOptions extends ClientOptions {
  readonly name?: string;
  readonly instances?: number | 'max';
  readonly maxRestarts?: number;
  /** Which `env_NAME` of a pm2 ecosystem file. */
  readonly env?: string;
}

/**
 * `rxvisor start`: hands services over to the background manager, and tells what has become of them.
 *
 * @throws ExitError 1 when one of them did not come up, 2 for `-i` beside `instances` of a config
 */
export async function start(
  file: string | undefined,
  args: readonly string[],
  options: StartOptions,
  io: Io,
): Promise<void> {
  const path = file ?? findConfig();
  const services = await loadServices(path, args, { env: options.env, onLeft: io.tell });
  if (options.instances !== undefined && services.some((service) => instanceOf(service) !== undefined))
    throw new ExitError(
      2,
      `-i ${String(options.instances)}: ${path} says how many, too. Leave it out, or instances there.`,
    );
  const specs = services.flatMap((service) =>
    instancesOf(sharing(service, options), options.instances).map((spec) => portableSpec(forBackground(spec, options))),
  );
  await withLauncher(options, io, async (client) => {
    const started: Status[] = [];
    // In order: so are the ids.
    for (const spec of specs) started.push(await client.call('start', { spec }));
    const hold = services.some(({ ready = 'spawn' }) => ready === 'spawn') ? SETTLE : 0;
    const settled = await settledAmong(client, new Set(started.map(({ id }) => id)), hold);
    await printRows(rowsOf(client, settled), options.json === true, io);
    const down = settled.filter(({ state }) => state === 'failed' || state === 'backingOff');
    if (down.length > 0)
      throw new ExitError(1, `${String(down.length)} of ${String(settled.length)} did not come up. See: rxvisor logs.`);
  });
}

/** Several instances of what Node runs share the ports they listen on, if any: `-i` is no use to a server otherwise. */
function sharing(service: ChildSpec, { instances }: StartOptions): ChildSpec {
  if (instances === undefined || service.exec !== undefined) return service;
  if (!runsInNode(resolveSpec(service).program)) return service;
  return { ...service, exec: 'cluster', ready: service.ready ?? 'spawn' };
}

/**
 * A service where no terminal shows its output. Its environment and its umask are those of this command, whatever manager
 * runs it, without the marks of a manager that this command itself may be a descendant of: the service does not end with it.
 */
function forBackground(service: ChildSpec, { name, maxRestarts }: StartOptions): ChildSpec {
  const spec = rebaseSpec(limited({ ...service, ...(name !== undefined && { name }) }, maxRestarts), '.');
  const env = spec.extendEnv === false ? { ...spec.env } : { ...withoutMarks(process.env), ...spec.env };
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  const complete = { ...spec, env: given, extendEnv: false, umask: spec.umask ?? ownUmask() };
  if (spec.log !== undefined) return complete;
  const log = { file: join(places().logs, logName(spec)), rotate: logRotation };
  return { output: false, ...complete, log };
}

/** The mask of this command, in octal digits. To read it, it has to be set. */
function ownUmask(): string {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask.toString(8).padStart(3, '0');
}

/** How long, in ms, a service that is ready at its start has to stay up to count as started. */
const SETTLE = 1_000;

/** Their statuses once each is down, or has been up for `hold` ms. */
async function settledAmong(
  client: ControlClient,
  ids: ReadonlySet<number | undefined>,
  hold: number,
): Promise<readonly Status[]> {
  return new Promise((resolve, reject) => {
    let latest: readonly Status[] = [];
    let timer: NodeJS.Timeout | undefined;
    const cancel = client.subscribe(
      'status',
      {},
      {
        next: (statuses) => {
          const own = statuses.filter(({ id }) => ids.has(id));
          const isUp = own.some(({ state }) => state === 'online');
          const isSame = own.map(({ state }) => state).join() === latest.map(({ state }) => state).join();
          latest = own;
          if (own.some(({ state }) => state === 'starting')) {
            clearTimeout(timer);
            timer = undefined;
            return;
          }
          if (isUp && hold > 0) {
            if (isSame && timer !== undefined) return;
            clearTimeout(timer);
            timer = setTimeout(finish, hold);
          } else finish();
        },
        error: (error: unknown) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
        complete: () => undefined,
      },
    );

    function finish(): void {
      clearTimeout(timer);
      resolve(latest);
      queueMicrotask(() => cancel());
    }
  });
}
