import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  asyncScheduler,
  buffer,
  connect,
  debounceTime,
  defer,
  filter,
  map,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { checkScheduler, effectsWith, text } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { schemaCheck } from '../model/schema/fields.js';
import { watchFields } from '../model/schema/triggerSchema.js';
import { ignoreMatcher, type WatchSpec } from '../model/spec/triggers.js';
import { nodeEffects } from '../nodeEffects.js';

export interface WatchOptions extends Pick<WatchSpec, 'ignore' | 'debounce'> {
  /** What relative paths are relative to. Default: the manager's cwd. */
  readonly cwd?: string | undefined;
  /** How to watch. Default: for real. */
  readonly effects?: Pick<Effects, 'changes$'> | undefined;
}

const watchOptions: OptionChecks<WatchOptions> = {
  ignore: schemaCheck(watchFields.ignore),
  debounce: schemaCheck(watchFields.debounce),
  cwd: text('a path'),
  effects: effectsWith(['changes$']),
};

/** Never watched: what comes from elsewhere, and what git does for itself. */
const ALWAYS = ['node_modules', '.git'];

/**
 * What has changed in files and folders: the paths, absolute, in order, once it has been quiet for `debounce`.
 *
 * ```text
 * files                   --a-b-a------------c-
 * watch$('src')           ------------(ab)-----   200 ms after the last change
 * ```
 *
 * - However it was written: in place, by a file that is renamed over it, as editors do, or by 500 files at once. What was
 *   removed counts, too; a folder by itself does not.
 * - Files that go on changing are never quiet: leave them out by `ignore`, or take the folder they are in.
 * - chokidar, which does the watching, is loaded with the first subscription.
 *
 * @param paths files and folders, with all that is in them
 * @param options `ignore`: names at any depth, and paths with a `/` in them, beside `node_modules` and `.git`, default
 * `[]`; `debounce` in ms, default `200`; `cwd`
 * @param scheduler for the debounce. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an option that cannot be
 * @throws as error notifications what the system says: ENOENT for a path that is not there, ENOSPC when no watches are left
 * @example
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { managed$, restartWhen, watch$ } from 'rxvisor';
 *
 * managed$({ script: 'server.js' }, NEVER.pipe(restartWhen(watch$(['src'], { ignore: ['*.test.js'] }), 'watch')));
 * ```
 */
export function watch$(
  paths: readonly string[],
  options: WatchOptions = {},
  scheduler: SchedulerLike = asyncScheduler,
): Observable<readonly string[]> {
  checkArgument('paths', paths, schemaCheck(watchFields.paths));
  checkOptions(options, watchOptions);
  checkScheduler(scheduler);
  const { ignore = [], debounce = 200, cwd = '.', effects = nodeEffects } = options;
  const folder = resolve(cwd);
  const roots = paths.map((path) => resolve(folder, path));
  const isIgnored = ignoreMatcher([...ALWAYS, ...ignore.map((pattern) => fromFolder(folder, pattern))]);
  const ignored = (path: string): boolean => {
    const root = roots.find((root) => path === root || path.startsWith(root + sep)) ?? folder;
    return isIgnored({ fromRoot: plain(relative(root, path)), fromCwd: plain(relative(folder, path)) });
  };
  return defer(() => effects.changes$(roots, ignored)).pipe(
    filter((change) => change.type === 'changed'),
    map(({ path }) => path),
    connect((path$) => path$.pipe(buffer(path$.pipe(debounceTime(debounce, scheduler))))),
    filter((changed) => changed.length > 0),
    map((changed) => [...new Set(changed)].sort()),
  );
}

function fromFolder(folder: string, pattern: string): string {
  return isAbsolute(pattern) ? `/${plain(relative(folder, pattern))}` : pattern;
}

function plain(path: string): string {
  return path.split(sep).join('/');
}
