/** Which files to watch. Paths are relative to the child's `cwd`. */
export interface WatchSpec {
  /** Files and folders, with all that is in them. Default: the `cwd`. */
  readonly paths?: readonly string[] | undefined;
  /**
   * Names, of files and folders at any depth (`'dist'`, `'*.tmp'`), and paths with a `/` in them (`'src/generated'`,
   * `'docs/**\/*.md'`). Beside these `node_modules`, `.git` and the child's own logs are never watched. Default `[]`.
   */
  readonly ignore?: readonly string[] | undefined;
  /** How many ms nothing must have changed any more. Default `200`. */
  readonly debounce?: number | undefined;
}

/** Times, as cron(8) writes them: minute, hour, day, month, weekday; with seconds before them, if there are six. */
export interface CronSpec {
  readonly expression: string;
  /** A name such as `'Europe/Berlin'`. Default: the manager's. */
  readonly timezone?: string | undefined;
}

/** How much memory a child and all it started may have together. */
export interface RssLimit {
  readonly bytes: number;
  /** How many ms there are between two looks. Default `5_000`. */
  readonly every?: number | undefined;
}

/** Everything is being watched from now on, or something has changed. */
export type FileChange = { readonly type: 'watching' } | { readonly type: 'changed'; readonly path: string };

/** A path as it is matched: with `/`, and without a `/` at its ends. `fromRoot` starts at the folder that is watched. */
export interface WatchedPath {
  readonly fromRoot: string;
  readonly fromCwd: string;
}

/**
 * Whether a path is ignored: one whose names one of the patterns matches, or that is, or is in, what a pattern with a `/`
 * matches, one at its beginning included. `*` and `?` match within a name, `**` over several. A folder that is watched is itself never ignored for its
 * name.
 */
export function ignoreMatcher(patterns: readonly string[]): (path: WatchedPath) => boolean {
  const matchers = patterns.map((pattern) => {
    const steps = stepsOf(pattern.replace(/^\.?\//, '').replace(/\/+$/, ''));
    return pattern.slice(0, -1).includes('/')
      ? ({ fromCwd }: WatchedPath): boolean => matches(steps, fromCwd, false)
      : ({ fromRoot }: WatchedPath): boolean => matches(steps, fromRoot, true);
  });
  return (path) => matchers.some((matcher) => matcher(path));
}

/** One step of a pattern. */
interface Step {
  /** Whether a character leads to the next step. */
  readonly leads: (char: string) => boolean;
  /** Whether it leads to this step again. */
  readonly stays: (char: string) => boolean;
  /** The steps that may be taken in its place, counted from it. */
  readonly skips: readonly number[];
}

const any = (): boolean => true;
const none = (): boolean => false;
const isSlash = (char: string): boolean => char === '/';
const isInName = (char: string): boolean => char !== '/';

const wildcards: Readonly<Record<string, readonly Step[]>> = {
  '**/': [
    { leads: none, stays: none, skips: [1, 2] },
    { leads: isSlash, stays: any, skips: [] },
  ],
  '**': [{ leads: none, stays: any, skips: [1] }],
  '*': [{ leads: none, stays: isInName, skips: [1] }],
  '?': [{ leads: isInName, stays: none, skips: [] }],
};

function stepsOf(pattern: string): readonly Step[] {
  return pattern
    .split(/(\*\*\/|\*\*|)/)
    .filter((part) => part !== '')
    .flatMap((part) => wildcards[part] ?? { leads: (char: string) => char === part, stays: none, skips: [] });
}

/**
 * Whether a path, or a folder that it is in, is matched; from its beginning, or from the beginning of any name.
 *
 * All steps that a pattern can be at are followed side by side. A regular expression would try one after the other: with some
 * wildcards in it, that takes hours for one long name.
 */
function matches(steps: readonly Step[], path: string, anywhere: boolean): boolean {
  let at = new Set<number>();
  let isBeginning = true;
  for (const char of [...path.split(''), '/']) {
    if (isBeginning) reach(steps, 0, at);
    if (char === '/' && at.has(steps.length)) return true;
    const next = new Set<number>();
    for (const index of at) {
      const step = steps[index];
      if (step?.stays(char) === true) reach(steps, index, next);
      if (step?.leads(char) === true) reach(steps, index + 1, next);
    }
    at = next;
    isBeginning = anywhere && char === '/';
  }
  return false;
}

/** Adds a step, and those that may be taken in its place. */
function reach(steps: readonly Step[], index: number, at: Set<number>): void {
  const reached = [index];
  for (const one of reached) {
    if (at.has(one)) continue;
    at.add(one);
    for (const skip of steps[one]?.skips ?? []) reached.push(one + skip);
  }
}
