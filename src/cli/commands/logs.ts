import type { ControlClient } from '../../control/client/controlClient.js';
import type { LogBlock } from '../../control/protocol/protocol.js';
import { follow } from '../client/follow.js';
import { selectChildren } from '../client/selectChildren.js';
import { type ClientOptions, summarizeManager, withManagers } from '../client/withManagers.js';
import { outputText } from '../format/eventText.js';
import { type Label, labelAmong } from '../format/label.js';
import { formatCount } from '../format/units.js';
import { type Io, toJson } from '../io.js';
import type { Row } from '../table/statusTable.js';

export interface LogsOptions extends ClientOptions {
  readonly follow?: boolean;
  readonly lines?: number | 'all';
}

/** `rxvisor logs`: prints the last lines of children and, with `--follow`, new lines in the order of their arrival. */
export async function logs(words: readonly string[], options: LogsOptions, io: Io): Promise<void> {
  const { json = false, follow: following = false, lines = 10 } = options;
  await withManagers({ ...options, withList: true }, io, async (managers) => {
    const picked = await selectChildren(managers, words);
    const rows = picked.flatMap((selection) => selection.rows);
    let opened = '[';
    await follow(
      'logs',
      picked.map(({ client, target }) => ({
        client,
        params: { target, lines, follow: following },
        text: (block: LogBlock) => {
          const { text: label, colour } = blockLabel(client, block, rows);
          if (block.dropped !== undefined) {
            io.warn(`${label}: lost ${formatCount(block.dropped, 'line')}, because stdout is read too slowly.`);
          }
          // A single child needs no label.
          const prefix = rows.length < 2 ? '' : `${io.view.paint(colour, label)}: `;
          if (!json) return outputText(prefix, block.text, io.view.live);
          const entries = jsonEntries(client, block);
          if (following) return entries.map((entry) => `${entry}\n`).join('');
          const text = `${opened}${entries.join(',\n')}`;
          opened = ',\n';
          return text;
        },
      })),
      io,
    );
    if (json && !following) io.print(opened === '[' ? '[]\n' : ']\n');
  });
}

function jsonEntries(client: ControlClient, { text, dropped: _, ...about }: LogBlock): string[] {
  const manager = summarizeManager(client);
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => toJson({ manager, ...about, line }));
}

/** The label of a block. Children that share a log file are one: the writer of a line is unknown. */
function blockLabel(client: ControlClient, { id, name, shared }: LogBlock, rows: readonly Row[]): Label {
  const child = { id, ...(name !== undefined && { name }), manager: summarizeManager(client) };
  return labelAmong(child, shared === true ? rows.filter((row) => row.id === id) : rows);
}
