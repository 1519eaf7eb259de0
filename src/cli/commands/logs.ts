import type { ControlClient } from '../../control/client/controlClient.js';
import type { LogBlock } from '../../control/protocol/protocol.js';
import { follow } from '../client/follow.js';
import { selectChildren, type Selection } from '../client/selectChildren.js';
import { type ClientOptions, managerName, summarizeManager, withManagers } from '../client/withManagers.js';
import { outputText } from '../format/eventText.js';
import { labelOf } from '../format/paint.js';
import { formatCount } from '../format/units.js';
import { type Io, toJson } from '../io.js';

export interface LogsOptions extends ClientOptions {
  readonly follow?: boolean;
  readonly lines?: number | 'all';
}

/** `rxvisor logs`: prints the last lines of children and, with `--follow`, new lines in the order of their arrival. */
export async function logs(words: readonly string[], options: LogsOptions, io: Io): Promise<void> {
  const { json = false, follow: followed = false, lines = 10 } = options;
  await withManagers(options, io, async (managers) => {
    const picked = await selectChildren(managers, words);
    const prefix = prefixer(picked, io);
    let opened = '[';
    await follow(
      'logs',
      picked.map(({ client, target }) => ({
        client,
        params: { target, lines, follow: followed },
        text: (block: LogBlock) => {
          if (block.dropped !== undefined)
            io.warn(
              `${labelOf(block).text}: lost ${formatCount(block.dropped, 'line')}, because stdout is read too slowly.`,
            );
          if (!json) return outputText(prefix(client, block), block.text, io.view.live);
          const entries = jsonEntries(client, block);
          if (followed) return entries.map((entry) => `${entry}\n`).join('');
          const text = `${opened}${entries.join(',\n')}`;
          opened = ',\n';
          return text;
        },
      })),
      io,
    );
    if (json && !followed) io.print(opened === '[' ? '[]\n' : ']\n');
  });
}

function jsonEntries(client: ControlClient, { text, dropped: _, ...about }: LogBlock): string[] {
  const manager = summarizeManager(client);
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => toJson({ manager, ...about, line }));
}

/** One child needs no name; of two who are called the same, each is told by its id, unless they share a log, and by its manager. */
function prefixer(
  picked: readonly Selection[],
  { view: { paint } }: Io,
): (client: ControlClient, block: LogBlock) => string {
  const rows = picked.flatMap(({ rows }) => rows);
  if (rows.length < 2) return () => '';
  const names = rows.map((row) => labelOf(row).text);
  const full = rows.map((row) => `${labelOf(row).text}#${String(row.id)}`);
  return (client, block) => {
    const { text, colour } = labelOf(block);
    const id = `#${String(block.id)}`;
    const more = repeated(names, text) && block.name !== undefined && block.shared !== true ? id : '';
    const manager = repeated(full, text + id) ? `@${managerName(client.manager)}` : '';
    return `${paint(colour, `${text}${more}${manager}`)}: `;
  };
}

function repeated(values: readonly string[], value: string): boolean {
  return values.indexOf(value) !== values.lastIndexOf(value);
}
