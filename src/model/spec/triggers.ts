/** Which files to watch. Paths are relative to the `cwd` of the child. */
export interface WatchSpec {
  /** Files and folders. Folders are watched with everything in them. Default: the `cwd`. */
  readonly paths?: readonly string[] | undefined;
  /**
   * What not to watch: names of files and folders at any depth (`'dist'`, `'*.tmp'`), and paths with a `/`
   * (`'src/generated'`, `'docs/**\/*.md'`). `node_modules`, `.git` and the logs of the child are always ignored. Default `[]`.
   */
  readonly ignore?: readonly string[] | undefined;
  /** The restart comes after this many ms without a change. Default `200`. */
  readonly debounce?: number | undefined;
}

/** When to restart, as in crontab(5). */
export interface CronSpec {
  /** Minute, hour, day, month, weekday. With six fields, the first one is the second. */
  readonly expression: string;
  /** A name such as `'Europe/Berlin'`. Default: the time zone of the manager. */
  readonly timezone?: string | undefined;
}

/** How much memory a child and its descendants may use together. */
export interface RssLimit {
  /** The maximum resident memory in bytes. */
  readonly bytes: number;
  /** The ms between two measurements. Default `5_000`. */
  readonly every?: number | undefined;
}

/** `watching`: every change is noticed from now on. `changed`: a file has changed. */
export type FileChange = { readonly type: 'watching' } | { readonly type: 'changed'; readonly path: string };

/** A path to match, separated by `/`, without a `/` at its start or end. */
export interface WatchedPath {
  /** Relative to the watched folder. */
  readonly fromRoot: string;
  /** Relative to the `cwd` of the child. */
  readonly fromCwd: string;
}

/**
 * Makes a predicate that says whether a path is ignored.
 *
 * - A pattern without a `/` matches any file or folder name on the path.
 * - A pattern with a `/`, also one at its start, matches the path itself or a folder that contains it.
 * - `*` and `?` match inside a name, `**` matches over several names.
 *
 * A watched folder is never ignored because of its own name.
 */
export function ignoreMatcher(patterns: readonly string[]): (path: WatchedPath) => boolean {
  const matchers = patterns.map((pattern) => {
    const states = parsePattern(pattern.replace(/^\.?\//, '').replace(/\/+$/, ''));
    return pattern.slice(0, -1).includes('/')
      ? ({ fromCwd }: WatchedPath): boolean => matches(states, fromCwd, false)
      : ({ fromRoot }: WatchedPath): boolean => matches(states, fromRoot, true);
  });
  return (path) => matchers.some((matcher) => matcher(path));
}

/** A state of a pattern, as in a nondeterministic finite automaton. */
interface State {
  /** Whether a character leads to the next state. */
  readonly advancesOn: (char: string) => boolean;
  /** Whether a character leads to this state again. */
  readonly repeatsOn: (char: string) => boolean;
  /** The states that are entered together with this one, as offsets from it. */
  readonly skips: readonly number[];
}

const any = (): boolean => true;
const none = (): boolean => false;
const isSlash = (char: string): boolean => char === '/';
const isInName = (char: string): boolean => char !== '/';

const wildcards: Readonly<Record<string, readonly State[]>> = {
  '**/': [
    { advancesOn: none, repeatsOn: none, skips: [1, 2] },
    { advancesOn: isSlash, repeatsOn: any, skips: [] },
  ],
  '**': [{ advancesOn: none, repeatsOn: any, skips: [1] }],
  '*': [{ advancesOn: none, repeatsOn: isInName, skips: [1] }],
  '?': [{ advancesOn: isInName, repeatsOn: none, skips: [] }],
};

function parsePattern(pattern: string): readonly State[] {
  return pattern
    .split(/(\*\*\/|\*\*|)/)
    .filter((part) => part !== '')
    .flatMap((part) => wildcards[part] ?? { advancesOn: (char: string) => char === part, repeatsOn: none, skips: [] });
}

/**
 * Whether the pattern matches the path or a folder that contains it.
 *
 * All possible states are followed at once, in linear time. A regular expression would backtrack: with several wildcards, one
 * long name would take hours.
 *
 * @param anywhere whether a match may start at any name, or only at the start of the path
 */
function matches(states: readonly State[], path: string, anywhere: boolean): boolean {
  let active = new Set<number>();
  let mayStart = true;
  for (const char of [...path.split(''), '/']) {
    if (mayStart) enter(states, 0, active);
    if (char === '/' && active.has(states.length)) return true;
    const next = new Set<number>();
    for (const index of active) {
      const state = states[index];
      if (state?.repeatsOn(char) === true) enter(states, index, next);
      if (state?.advancesOn(char) === true) enter(states, index + 1, next);
    }
    active = next;
    mayStart = anywhere && char === '/';
  }
  return false;
}

/** Adds a state, and all states that are entered with it. */
function enter(states: readonly State[], index: number, active: Set<number>): void {
  const entered = [index];
  for (const one of entered) {
    if (active.has(one)) continue;
    active.add(one);
    for (const skip of states[one]?.skips ?? []) entered.push(one + skip);
  }
}
