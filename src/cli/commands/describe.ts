import type { ControlDescription, ManagerInfo } from '../../control/protocol/protocol.js';
import { escapeControls, show } from '../../model/show.js';
import type { Usage } from '../../model/status.js';
import { selectChildren } from '../client/selectChildren.js';
import { type ClientOptions, withManagers } from '../client/withManagers.js';
import { eventText, runEndText } from '../format/eventText.js';
import { type Label, labelAmong, managerName } from '../format/label.js';
import { formatBytes, formatDuration, formatPercent } from '../format/units.js';
import { type Io, toJson } from '../io.js';

export interface DescribeOptions extends ClientOptions {
  readonly env?: boolean;
  readonly showSecrets?: boolean;
}

/** `rxvisor describe`: prints details of children. */
export async function describe(words: readonly string[], options: DescribeOptions, io: Io): Promise<void> {
  const { env = false, json = false, showSecrets = false } = options;
  // Sent only when needed: a manager of an older version refuses the unknown field.
  const secrets = showSecrets ? { secrets: true } : {};
  const found = await withManagers({ ...options, withList: true }, io, async (managers) => {
    const picked = await selectChildren(managers, words);
    const described = await Promise.all(
      picked.map(async ({ client: { call, manager }, target }) =>
        (await call('describe', { target, env, ...secrets })).map((description) => ({ manager, ...description })),
      ),
    );
    return described.flat();
  });
  if (json) {
    io.print(`${toJson(found)}\n`);
    return;
  }
  const children = found.map(({ status, manager }) => ({ ...status, manager }));
  const pages = found.map((child) => {
    const label = labelAmong({ ...child.status, manager: child.manager }, children);
    return describeText(child, label, io, showSecrets);
  });
  io.print(pages.join('\n'));
}

function describeText(
  { status, spec, logs, metrics, usage, env, history, manager }: ControlDescription & { readonly manager: ManagerInfo },
  label: Label,
  { view }: Io,
  showSecrets: boolean,
): string {
  const now = Date.now();
  const { pid, state, since, restarts, crashes, lastExit, waitsFor } = status;
  const shown = (value: unknown): string => (showSecrets ? JSON.stringify(value) : show(value));
  const all: readonly (readonly [string, string])[] = [
    ['id', String(status.id)],
    ['manager', managerName(manager)],
    ['state', `${state} for ${formatDuration(now - since)}${pid === undefined ? '' : `, pid ${String(pid)}`}`],
    ...(waitsFor === undefined ? [] : [['waits for', waitsFor.join(', ')] as const]),
    ['restarts', `${String(restarts)}, crashes ${String(crashes)}`],
    ...(usage === undefined ? [] : [['uses', usageText(usage)] as const]),
    ...(lastExit === undefined ? [] : [['last exit', runEndText(lastExit)] as const]),
    ...logs.map((path) => ['log', path] as const),
    ...Object.entries(spec).map(([key, value]) => [`spec.${key}`, shown(value)] as const),
    ...Object.entries(metrics).map(([key, value]) => [`metric ${key}`, show(value)] as const),
    ...Object.entries(env ?? {}).map(([key, value]) => [`env.${key}`, value] as const),
  ];
  const facts = all.map(([key, value]) => [escapeControls(key), escapeControls(value)] as const);
  const width = Math.max(...facts.map(([key]) => key.length));
  return [
    `${view.paint(label.colour, label.text)}\n`,
    ...facts.map(([key, value]) => `  ${view.paint('dim', key.padEnd(width))}  ${value}\n`),
    ...history.map(({ time, event }) => `  ${eventText(event, time, view, label)}`),
  ].join('');
}

function usageText({ cpu, rss, processes }: Usage): string {
  const many = processes === 1 ? '' : `, ${String(processes)} processes`;
  return `${formatPercent(cpu)} of a core, ${formatBytes(rss)} of memory${many}`;
}
