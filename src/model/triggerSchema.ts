import * as v from 'valibot';
import { delay, number, path, text, timeout } from './fields.js';
import { isRecord } from './isRecord.js';
import type { CronSpec, RssLimit, WatchSpec } from './triggerSpec.js';

const paths = v.pipe(
  v.array(path, 'is not a list of paths. Give an array of strings.'),
  v.minLength(1, 'is not a list of paths. Give at least one, or leave it out.'),
);
const ignore = v.array(
  text('a name or path', "Give a string such as 'dist' or 'src/generated'."),
  'is not a list of names and paths. Give an array of strings.',
);

/** The fields of a watch, each by itself. */
export const watchFields: Readonly<Record<keyof WatchSpec, v.GenericSchema>> = { paths, ignore, debounce: delay };

const watch = v.lazy((value) => {
  if (Array.isArray(value)) return paths;
  if (isRecord(value)) {
    return v.object({
      paths: v.optional(paths),
      ignore: v.optional(ignore),
      debounce: v.optional(delay),
    } satisfies Record<keyof WatchSpec, v.GenericSchema>);
  }
  return v.boolean('is not a watch. Give true or false, an array of paths, or { paths, ignore, debounce }.');
});

const expressionRemedy = "Give one such as '0 4 * * *': minute, hour, day, month, weekday.";
const expression = text('a cron expression', expressionRemedy);
const cron = v.lazy((value) =>
  isRecord(value)
    ? v.object(
        {
          expression,
          timezone: v.optional(text('a time zone', "Give a name such as 'Europe/Berlin'.")),
        } satisfies Record<keyof CronSpec, v.GenericSchema>,
        `is not a cron expression. ${expressionRemedy}`,
      )
    : expression,
);

const bytesRemedy = 'Give bytes: a whole number, 1 or more.';
const bytes = number('a size', bytesRemedy, 1, Number.MAX_SAFE_INTEGER, true);
const maxRss = v.lazy((value) =>
  isRecord(value)
    ? v.object(
        { bytes, every: v.optional(timeout) } satisfies Record<keyof RssLimit, v.GenericSchema>,
        `is not a size. ${bytesRemedy}`,
      )
    : bytes,
);

/** The fields of a spec that say what else restarts its child, and the fields of those. */
export const triggers: {
  readonly schemas: {
    readonly watch: v.GenericSchema<unknown, boolean | string[] | WatchSpec>;
    readonly cron: v.GenericSchema<unknown, string | CronSpec>;
    readonly maxRss: v.GenericSchema<unknown, number | RssLimit>;
  };
  readonly fields: Readonly<Record<'watch' | 'cron' | 'maxRss', readonly string[]>>;
} = {
  schemas: { watch, cron, maxRss },
  fields: { watch: ['paths', 'ignore', 'debounce'], cron: ['expression', 'timezone'], maxRss: ['bytes', 'every'] },
};
