import { createRequire } from 'node:module';
import type * as Croner from 'croner';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

/** Loads croner with the first expression. A spec is checked synchronously, so `import()` does not do. */
const load = createRequire(import.meta.url);

/**
 * Compiles a cron expression to a function: the first time of the expression after a given time.
 *
 * Times are in ms since the epoch. The function returns undefined if there is no later time.
 *
 * @param timezone a name such as `'Europe/Berlin'`; undefined: the time zone of the system
 * @throws RxvisorError with code `ERR_OPTION` for an invalid expression or time zone
 */
export function cronTimes(expression: string, timezone: string | undefined): (time: number) => number | undefined {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- require returns any
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
