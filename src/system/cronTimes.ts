import { createRequire } from 'node:module';
import type * as Croner from 'croner';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/** croner, loaded when the first expression has to be understood: before anything is started, so at once. */
const load = createRequire(import.meta.url);

/**
 * The first time after another, in ms since the epoch, that a cron expression names; undefined when there is none.
 *
 * @throws RxvisorError with code `ERR_OPTION` for an expression or time zone that cannot be
 */
export function cronTimes(expression: string, timezone: string | undefined): (time: number) => number | undefined {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- what require gives has no type
  const { Cron } = load('croner') as typeof Croner;
  if (timezone !== undefined && !isTimezone(timezone)) {
    throw new RxvisorError(
      'ERR_OPTION',
      `timezone: ${show(timezone)} is not a time zone. Give a name such as 'Europe/Berlin'.`,
    );
  }
  try {
    const cron = new Cron(expression, { paused: true, ...(timezone !== undefined && { timezone }) });
    return (time) => cron.nextRun(new Date(time))?.getTime();
  } catch (cause) {
    throw new RxvisorError(
      'ERR_OPTION',
      `expression: ${show(expression)} is not a cron expression. Give one such as '0 4 * * *': minute, hour, day, month, weekday.`,
      { cause },
    );
  }
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
