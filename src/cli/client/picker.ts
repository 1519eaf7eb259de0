import { describeError } from '../../model/describeError.js';
import type { Status } from '../../model/status.js';
import { suggest } from '../../model/suggest.js';
import { ExitError } from '../exitError.js';
import { matchingNames } from './matchingNames.js';

type Test = (child: Pick<Status, 'id' | 'name' | 'pid'>) => boolean;

/**
 * Which of some children a word means: `all`, `/regexp/` of names, `id:3`, `pid:4711`, a name; and, of a number that
 * is nobody's name, an id, or else a pid.
 *
 * @throws ExitError 2 for an empty word and a regular expression that is none, 3 when it means none of them
 */
export function childSelector<T extends Pick<Status, 'id' | 'name' | 'pid'>>(
  word: string,
  children: readonly T[],
): readonly T[] {
  if (word === '') throw new ExitError(2, "'' is no target. Give a name, an id, a pid, all, or /regexp/.");
  for (const test of testsOf(word, children)) {
    const picked = children.filter(test);
    if (picked.length > 0) return picked;
  }
  // Of a number no name is a likely slip.
  const names = /^\d+$/.test(word) ? [] : children.flatMap(({ name }) => name ?? []);
  throw new ExitError(3, `${word}: no such child. ${suggest(word, names, 'Look at: rxvisor list.')}`);
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
    throw new ExitError(2, `${word}: ${describeError(cause).message}. Give a JavaScript one.`);
  }
}
