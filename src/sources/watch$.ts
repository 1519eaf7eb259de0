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
  /** The folder that relative paths start from. Default: the manager's cwd. */
  readonly cwd?: string | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Pick<Effects, 'changes$'> | undefined;
}

const watchOptions: OptionChecks<WatchOptions> = {
  ignore: schemaCheck(watchFields.ignore),
  debounce: schemaCheck(watchFields.debounce),
  cwd: text('a path'),
  effects: effectsWith(['changes$']),
};

/** Never watched: installed packages, and the data of git. */
const ALWAYS = ['node_modules', '.git'];

/**
 * Watches files and folders, and emits the paths that changed: absolute, sorted, after `debounce` ms without a change.
 *
 * ```text
 * files                   --a-b-a------------c-
 * watch$('src')           ------------(ab)-----   200 ms after the last change
 * ```
 *
 * - A file has changed when it was written in place, replaced by a rename, as editors do, or removed. A change of a folder
 *   itself does not count.
 * - Files that change all the time keep the stream silent: exclude them with `ignore`.
 * - chokidar, which watches the files, is loaded with the first subscription.
 *
 * @param paths files, and folders with everything in them
 * @param options `ignore`: names at any depth, and paths that contain a `/`, in addition to `node_modules` and `.git`.
 * Default `[]`. `debounce` in ms. Default `200`. `cwd`: see {@link WatchOptions}
 * @param scheduler for the debounce. Default `asyncScheduler`
 * @throws RxvisorError with code `ERR_OPTION`, at once, for an invalid argument
 * @throws errors of the system, as error notifications: ENOENT if a path does not exist, ENOSPC if no watches are left
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
