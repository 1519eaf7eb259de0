import type { ControlClient } from '../../control/client/controlClient.js';
import { describeError } from '../../model/errors.js';
import { suggest } from '../../model/show.js';
import type { Status } from '../../model/status.js';
import { matching } from '../../system/matching.js';
import { CliError } from '../cliError.js';
import { managerName } from '../format/label.js';
import type { Row } from '../table/statusTable.js';
import { listRows } from './rows.js';
import { NO_MANAGER } from './withManagers.js';

/** The selected children of one manager. */
export interface Selection {
  readonly client: ControlClient;
  readonly rows: readonly Row[];
  readonly target: { readonly ids: readonly number[] };
}

/**
 * Selects the children of all managers that match the targets of a command.
 *
 * @throws CliError 3 when a target matches no child, 2 when an id belongs to children of several managers
 */
export async function selectChildren(
  managers: readonly ControlClient[],
  words: readonly string[],
): Promise<readonly Selection[]> {
  if (managers.length === 0) throw new CliError(3, NO_MANAGER);
  const listed = await Promise.all(managers.map(async (client) => ({ client, rows: await listRows(client) })));
  const all = listed.flatMap(({ rows }) => rows);
  const selected = new Set(words.flatMap((word) => refuseAmbiguousId(word, childSelector(word, all))));
  return listed
    .map(({ client, rows }) => {
      const own = rows.filter((row) => selected.has(row));
      return { client, rows: own, target: { ids: own.flatMap(({ id }) => id ?? []) } };
    })
    .filter((picked) => picked.rows.length > 0);
}

/**
 * The children that a target matches: `all`, a `/regexp/` for names, `@namespace`, `id:3`, `pid:4711`, or a name. A number
 * is a name, or else an id, or else a pid.
 *
 * @throws CliError 2 for an empty target or an invalid regular expression, 3 when it matches no child
 */
export function childSelector<T extends Selectable>(word: string, children: readonly T[]): readonly T[] {
  if (word === '')
    throw new CliError(2, "'' is not a target. Give a name, an id, a pid, @namespace, all, or /regexp/.");
  for (const test of testsOf(word, children)) {
    const picked = children.filter(test);
    if (picked.length > 0) return picked;
  }
  if (word.startsWith('@')) throw noNamespace(word, children);
  // A number is hardly a mistyped name.
  const names = /^\d+$/.test(word) ? [] : children.flatMap(({ name }) => name ?? []);
  throw new CliError(3, `${word}: no such service. ${suggest(word, names, 'To list services, run: rxvisor list')}`);
}

/**
 * The names that a regular expression matches.
 *
 * @throws CliError 2 when the matching takes too long
 */
export function matchingNames(word: string, pattern: RegExp, names: readonly string[]): ReadonlySet<string> {
  try {
    return new Set(matching(pattern, names));
  } catch (error) {
    if (describeError(error).code !== 'ERR_TIMEOUT') throw error;
    throw new CliError(2, `${word}: takes too long to match. Give a simpler pattern.`);
  }
}

/** Each manager numbers its children from 1, so an id alone may select the wrong child. */
function refuseAmbiguousId(word: string, rows: readonly Row[]): readonly Row[] {
  const owners = new Set(rows.map(({ manager }) => managerName(manager)));
  if (owners.size < 2 || !/^(id:)?\d+$/.test(word) || rows.some(({ name }) => name === word)) return rows;
  throw new CliError(
    2,
    `${word}: several managers have a service with this id. Add one of: ${[...owners].map((owner) => `--manager ${owner}`).join(', ')}.`,
  );
}

function noNamespace(word: string, children: readonly Selectable[]): CliError {
  const known = [...new Set(children.flatMap(({ namespace }) => (namespace === undefined ? [] : `@${namespace}`)))];
  const remedy = known.length === 0 ? 'No service has a namespace.' : `Namespaces: ${known.join(', ')}.`;
  return new CliError(3, `${word}: no such namespace. ${suggest(word, known, remedy)}`);
}

type Selectable = Pick<Status, 'id' | 'name' | 'namespace' | 'pid'>;

type Test = (child: Selectable) => boolean;

/** Tests for a target, in order: the first one that matches a child decides. */
function testsOf(word: string, children: readonly Pick<Status, 'name'>[]): readonly Test[] {
  const [, kind, digits] = /^(?:(id|pid):)?(\d+)$/.exec(word) ?? [];
  const byName: Test = ({ name }) => name === word;
  const byId: Test = ({ id }) => id === Number(digits);
  const byPid: Test = ({ pid }) => pid === Number(digits);
  if (word === 'all') return [() => true];
  if (kind !== undefined) return [kind === 'id' ? byId : byPid];
  if (digits !== undefined) return [byName, byId, byPid];
  if (word.startsWith('@')) return [byName, ({ namespace }) => namespace === word.slice(1)];
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
    // With `g` and `y`, a search begins where the last one ended.
    return new RegExp(source, flags.replace(/[gy]/g, ''));
  } catch (cause) {
    throw new CliError(2, `${word}: ${describeError(cause).message}. Give a JavaScript regular expression.`);
  }
}
