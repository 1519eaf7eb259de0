import * as v from 'valibot';
import { isRecord } from '../check.js';
import type { CronSpec, RssLimit, WatchSpec } from '../spec/triggers.js';
import { delay, number, chooseSchema, path, text, timeout, withKeywords } from './fields.js';

const paths = v.pipe(
  v.array(path, 'is not a list of paths. Give an array of strings.'),
  v.minLength(1, 'is not a list of paths. Give at least one, or leave it out.'),
);
const ignore = v.array(
  text('a name or path', "Give a string such as 'dist' or 'src/generated'."),
  'is not a list of names and paths. Give an array of strings.',
);

/** The schema of each field of a `WatchSpec`. */
export const watchFields: Readonly<Record<keyof WatchSpec, v.GenericSchema>> = { paths, ignore, debounce: delay };

const watchOptions = v.object({
  paths: v.optional(withKeywords(paths, { description: 'Files and folders to watch.' })),
  ignore: v.optional(withKeywords(ignore, { description: 'Names and paths that are not watched.' })),
  debounce: v.optional(
    withKeywords(delay, { description: 'The restart comes after this many milliseconds without a change.' }),
  ),
} satisfies Record<keyof WatchSpec, v.GenericSchema>);
const watchSwitch = v.boolean('is not a watch. Give true or false, an array of paths, or { paths, ignore, debounce }.');
const watch = chooseSchema<unknown, boolean | string[] | WatchSpec>(
  (value) => (Array.isArray(value) ? paths : isRecord(value) ? watchOptions : watchSwitch),
  [watchSwitch, paths, watchOptions],
);

const expressionRemedy = "Give one such as '0 4 * * *': minute, hour, day, month, weekday.";
const expression = text('a cron expression', expressionRemedy);
const cronOptions = v.object(
  {
    expression,
    timezone: v.optional(text('a time zone', "Give a name such as 'Europe/Berlin'.")),
  } satisfies Record<keyof CronSpec, v.GenericSchema>,
  `is not a cron expression. ${expressionRemedy}`,
);
const cron = chooseSchema<unknown, string | CronSpec>(
  (value) => (isRecord(value) ? cronOptions : expression),
  [expression, cronOptions],
);

const bytesRemedy = 'Give bytes: a whole number, 1 or more.';
const bytes = withKeywords(number('a size', bytesRemedy, 1, Number.MAX_SAFE_INTEGER, true), { description: 'Bytes.' });
const rssLimit = v.object(
  {
    bytes,
    every: v.optional(withKeywords(timeout, { description: 'Milliseconds between two measurements.' })),
  } satisfies Record<keyof RssLimit, v.GenericSchema>,
  `is not a size. ${bytesRemedy}`,
);
const maxRss = chooseSchema<unknown, number | RssLimit>(
  (value) => (isRecord(value) ? rssLimit : bytes),
  [bytes, rssLimit],
);

/** The schemas of `watch`, `cron` and `maxRss`, and their fields. */
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
