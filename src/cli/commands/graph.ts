import { listRows } from '../client/rows.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { findConfig } from '../config/findConfig.js';
import { loadServices } from '../config/loadServices.js';
import { withoutMissingDependencies } from '../config/selectServices.js';
import { graphOf, type GraphService, worstState } from '../format/graph.js';
import { toDot, toMermaid } from '../format/graphLanguages.js';
import { type Io, toJson } from '../io.js';
import { fileOf, type SelectionFlags } from '../selectionOptions.js';

export interface GraphOptions extends ClientOptions, SelectionFlags {
  /** Default `text`. `json: true` means `json`. */
  readonly format?: GraphFormat;
}

type GraphFormat = 'text' | 'mermaid' | 'dot' | 'json';

/**
 * `rxvisor graph`: prints the services of a config, their dependencies and, if a manager runs services of these names, their
 * states.
 *
 * @throws RxvisorError with code `ERR_CONFIG` for a config that `run` refuses, such as one with a cycle
 */
export async function graph(file: string | undefined, options: GraphOptions, io: Io): Promise<void> {
  const path = fileOf(file, options) ?? findConfig();
  const isConfig = options.config !== undefined;
  const loaded = await loadServices(path, [], { isConfig, selection: options, onUnsupported: io.warn });
  const specs = options.deps === false ? withoutMissingDependencies(loaded, []) : loaded;
  const rows = await withManagers({ ...options, withList: true }, io, async (managers) =>
    Promise.all(managers.map(listRows)),
  );
  const services = graphOf(specs, rows.flat());
  const format = options.format ?? (options.json === true ? 'json' : 'text');
  io.print(await draw[format](services, io));
}

const draw: Readonly<Record<GraphFormat, (services: readonly GraphService[], io: Io) => string | Promise<string>>> = {
  text: async (services, io) => (await import('../table/graphTable.js')).graphTable(services, io),
  mermaid: toMermaid,
  dot: toDot,
  json: (services) => `${toJson({ services: services.map(jsonOf) })}\n`,
};

/** `null` stands for no name, and for no state. */
function jsonOf({ name, instances, dependsOn, states }: GraphService): Readonly<Record<string, unknown>> {
  return { name: name ?? null, instances, dependsOn, state: worstState(states) ?? null };
}
