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
export function ignores(patterns: readonly string[]): (path: WatchedPath) => boolean {
  const matchers = patterns.map((pattern) => {
    const plain = pattern.replace(/^\.?\//, '').replace(/\/+$/, '');
    const source = plain.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => wildcards[part] ?? `\\${part}`);
    return pattern.slice(0, -1).includes('/')
      ? { from: 'fromCwd' as const, regex: new RegExp(`^${source}(/|$)`) }
      : { from: 'fromRoot' as const, regex: new RegExp(`(^|/)${source}(/|$)`) };
  });
  return (path) => matchers.some(({ from, regex }) => regex.test(path[from]));
}

const wildcards: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
