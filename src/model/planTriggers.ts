import type { ChildSpec } from './childSpec.js';
import type { TriggerPlan } from './plan.js';

/** What restarts a child beside its own ends, with every default filled in and the paths made absolute by `resolve`. */
export function planTriggers(
  { watch = false, cron, maxRss }: Pick<ChildSpec, 'watch' | 'cron' | 'maxRss'>,
  resolve: (path: string) => string,
): TriggerPlan {
  const files = isList(watch) ? { paths: watch } : typeof watch === 'boolean' ? {} : watch;
  return {
    watch: {
      on: watch !== false,
      cwd: resolve('.'),
      paths: (files.paths ?? ['.']).map(resolve),
      ignore: files.ignore ?? [],
      debounce: files.debounce ?? 200,
    },
    cron:
      cron === undefined
        ? undefined
        : typeof cron === 'string'
          ? { expression: cron, timezone: undefined }
          : { expression: cron.expression, timezone: cron.timezone },
    maxRss:
      maxRss === undefined
        ? undefined
        : typeof maxRss === 'number'
          ? { bytes: maxRss, every: 5_000 }
          : { bytes: maxRss.bytes, every: maxRss.every ?? 5_000 },
  };
}

/** Array.isArray does not tell a read-only array from the rest. */
function isList(watch: ChildSpec['watch']): watch is readonly string[] {
  return Array.isArray(watch);
}
