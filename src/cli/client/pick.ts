import type { ControlClient } from '../../control/controlClient.js';
import { ExitError } from '../exitError.js';
import { managerName } from './managerName.js';
import { childSelector } from './picker.js';
import { type Row, rowsOf } from './rows.js';
import { noManager } from './noManager.js';

/** The children of one manager that a command is for. */
export interface Selection {
  readonly client: ControlClient;
  readonly rows: readonly Row[];
  readonly target: { readonly ids: readonly number[] };
}

/**
 * Finds the children that some words mean, among all managers.
 *
 * @throws ExitError 3 when a word means none, 2 when a bare id is that of children of several managers
 */
export async function selectChildren(
  managers: readonly ControlClient[],
  words: readonly string[],
): Promise<readonly Selection[]> {
  if (managers.length === 0) throw new ExitError(3, noManager);
  const listed = await Promise.all(
    managers.map(async (client) => ({ client, rows: rowsOf(client, await client.call('list', undefined)) })),
  );
  const all = listed.flatMap(({ rows }) => rows);
  const chosen = new Set(words.flatMap((word) => unambiguous(word, childSelector(word, all))));
  return listed
    .map(({ client, rows }) => {
      const own = rows.filter((row) => chosen.has(row));
      return { client, rows: own, target: { ids: own.flatMap(({ id }) => id ?? []) } };
    })
    .filter((picked) => picked.rows.length > 0);
}

/** Each manager counts from 1; to stop somebody else's first child by mistake is worse than to ask. */
function unambiguous(word: string, rows: readonly Row[]): readonly Row[] {
  const owners = new Set(rows.map(({ manager }) => managerName(manager)));
  if (owners.size < 2 || !/^(id:)?\d+$/.test(word) || rows.some(({ name }) => name === word)) return rows;
  throw new ExitError(
    2,
    `${word}: an id in several managers. Add one of: ${[...owners].map((owner) => `--manager ${owner}`).join(', ')}.`,
  );
}
