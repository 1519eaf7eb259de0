import type { ControlClient } from '../../control/client/controlClient.js';
import { describeError } from '../../model/errors.js';
import { suggest } from '../../model/show.js';
import type { Status } from '../../model/status.js';
import { matching } from '../../system/matching.js';
import { CliError } from '../cliError.js';
import type { Row } from '../table/statusTable.js';
import { rowsOf } from './rows.js';
import { managerName, NO_MANAGER } from './withManagers.js';

/** The children of one manager that a command is for. */
export interface Selection {
  readonly client: ControlClient;
  readonly rows: readonly Row[];
  readonly target: { readonly ids: readonly number[] };
}

/**
 * Finds the children that some words mean, among all managers.
 *
 * @throws CliError 3 when a word means none, 2 when a bare id is that of children of several managers
 */
export async function selectChildren(
  managers: readonly ControlClient[],
  words: readonly string[],
): Promise<readonly Selection[]> {
  if (managers.length === 0) throw new CliError(3, NO_MANAGER);
  const listed = await Promise.all(
    managers.map(async (client) => ({ client, rows: rowsOf(client, await client.call('list', undefined)) })),
  );
  const all = listed.flatMap(({ rows }) => rows);
  const selected = new Set(words.flatMap((word) => refuseAmbiguousId(word, childSelector(word, all))));
  return listed
    .map(({ client, rows }) => {
      const own = rows.filter((row) => selected.has(row));
      return { client, rows: own, target: { ids: own.flatMap(({ id }) => id ?? []) } };
    })
    .filter((picked) => picked.rows.length > 0);
}

/** Each manager counts from 1; to stop somebody else's first child by mistake is worse than to ask. */
function refuseAmbiguousId(word: string, rows: readonly Row[]): readonly Row[] {
  const owners = new Set(rows.map(({ manager }) => managerName(manager)));
  if (owners.size < 2 || !/^(id:)?\d+$/.test(word) || rows.some(({ name }) => name === word)) return rows;
  throw new CliError(
    2,
    `${word}: an id in several managers. Add one of: ${[...owners].map((owner) => `--manager ${owner}`).join(', ')}.`,
  );
}

type Test = (child: Pick<Status, 'id' | 'name' | 'pid'>) => boolean;

/**
 * Which of some children a word means: `all`, `/regexp/` of names, `id:3`, `pid:4711`, a name; and, of a number that
 * is nobody's name, an id, or else a pid.
 *
 * @throws CliError 2 for an empty word and a regular expression that is none, 3 when it means none of them
 */
export function childSelector<T extends Pick<Status, 'id' | 'name' | 'pid'>>(
  word: string,
  children: readonly T[],
): readonly T[] {
  if (word === '') throw new CliError(2, "'' is no target. Give a name, an id, a pid, all, or /regexp/.");
  for (const test of testsOf(word, children)) {
    const picked = children.filter(test);
    if (picked.length > 0) return picked;
  }
  // Of a number no name is a likely slip.
  const names = /^\d+$/.test(word) ? [] : children.flatMap(({ name }) => name ?? []);
  throw new CliError(3, `${word}: no such child. ${suggest(word, names, 'Look at: rxvisor list.')}`);
}

/** The first one that any child passes decides. */
function testsOf(word: string, children: readonly Pick<Status, 'name'>[]): readonly Test[] {
  const [, kind, digits] = /^(?:(id|pid):)?(\d+)$/.exec(word) ?? [];
  const byName: Test = ({ name }) => name === word;
  const byId: Test = ({ id }) => id === Number(digits);
  const byPid: Test = ({ pid }) => pid === Number(digits);
  if (word === 'all') return [() => true];
  if (kind !== undefined) return [kind === 'id' ? byId : byPid];
  if (digits !== undefined) return [byName, byId, byPid];
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(word) ?? [];
  if (source === undefined) return [byName];
  const pattern = patternOf(word, source, flags ?? '');
  let matching: ReadonlySet<string> | undefined;
  const byPattern: Test = ({ name = '' }) => {
    matching ??= matchingNames(
      word,
      pattern,
      children.map(({ name = '' }) => name),
    );
    return matching.has(name);
  };
  return [byName, byPattern];
}

function patternOf(word: string, source: string, flags: string): RegExp {
  try {
    // These two would have it begin where the last search ended.
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch (cause) {
    throw new CliError(2, `${word}: ${describeError(cause).message}. Give a JavaScript one.`);
  }
}

/**
 * The names that a regular expression matches.
 *
 * @throws CliError 2 for one that takes too long
 */
export function matchingNames(word: string, pattern: RegExp, names: readonly string[]): ReadonlySet<string> {
  try {
    return new Set(matching(pattern, names));
  } catch (error) {
    if (describeError(error).code !== 'ERR_TIMEOUT') throw error;
    throw new CliError(2, `${word}: takes too long to match. Give a simpler pattern.`);
  }
}
