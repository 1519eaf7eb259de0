import strip from 'strip-ansi';
import type { Stopping } from '../../model/childEvent.js';
import { maskText } from '../../model/mask.js';
import { escapeControls, show } from '../../model/show.js';
import type { LastExit } from '../../model/status.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import { splitByColour, type Colour, labelOf, timeText, type View } from './paint.js';
import { formatDuration } from './units.js';

/** What a person reads of an event: `time name what happened`, or for output `name: line`; whole lines. */
export function eventText(event: SupervisorEvent, now: number, { live, paint }: View): string {
  const { text: name, colour } = labelOf(event);
  const label = paint(colour, name);
  if (event.type === 'output') {
    return outputText(`${label}: `, event.text, live);
  }
  const [style, said] = describeEvent(event);
  const text = escapeControls(maskText(said).replace(/\s*\n\s*/g, ' '));
  return `${timeText(now, { live, paint })} ${label} ${paint(style, text)}\n`;
}

function describeEvent(
  event: Exclude<SupervisorEvent, { readonly type: 'output' }>,
): readonly [Colour | undefined, string] {
  switch (event.type) {
    case 'spawned':
      return ['green', `started, pid ${event.pid}${event.attempt === 1 ? '' : `, run ${event.attempt}`}`];
    case 'spawnFailed':
      return ['red', `could not start: ${event.message}`];
    case 'ready':
      return ['green', 'ready'];
    case 'message':
      return [undefined, `message ${show(event.message)}`];
    case 'stable':
      return ['green', 'stable: the back-off schedule starts over'];
    case 'exited':
      return [event.expected || event.code === 0 ? undefined : 'red', `ended: ${runEndText(event)}`];
    case 'backingOff':
      return ['yellow', `backing off ${formatDuration(event.delay)} after crash ${event.crashes}`];
    case 'stopping':
      return ['yellow', stoppingText(event)];
    case 'killed':
      return ['red', `did not stop within its grace period; killed its process group (${event.signal})`];
    case 'gaveUp':
      return ['red', GIVEN_UP[event.reason]];
    case 'logFailed':
      return ['red', `log failed: ${event.message}${event.dropped === 0 ? '' : `, ${event.dropped} lines lost`}`];
    case 'triggerFailed':
      return ['red', `${event.trigger} failed: ${event.message}`];
    case 'guardianFailed':
      return [
        'red',
        `guardian failed: ${event.message}. The manager tries again. Until then, this child outlives a killed manager`,
      ];
    case 'daemonized':
      return ['red', `seems to run in the background, unsupervised: pid ${event.pids.join(', ')}. ${FOREGROUND}`];
    case 'refused':
      return ['yellow', `refused ${event.command}: ${event.reason}`];
  }
}

function stoppingText({ reason, trigger, message }: Stopping): string {
  const why = trigger === undefined ? '' : ` (${trigger})`;
  return `${STOPPING[reason]}${why}${message === undefined ? '' : `: ${message}`}`;
}

const FOREGROUND = 'Configure the program to stay in the foreground (nginx: daemon off)';

const STOPPING = {
  stop: 'stopping',
  restart: 'restarting',
  readyTimeout: 'stopping: not ready in time',
  liveness: 'stopping: no longer answers',
  fail: 'stopping: reported as failed',
  channel: 'stopping: its IPC channel failed',
  leftover: `ended and left processes behind: stopping them. ${FOREGROUND}`,
} as const;

const GIVEN_UP = {
  never: 'failed: no restarts (restartAt)',
  limit: 'failed: restart limit reached (limit)',
  permanent: 'failed: no restart after this exit (giveUpOn)',
  dependency: 'failed: a dependency will never be ready',
} as const;

/** How a run ended: `code 1 after 2.3s`, `SIGKILL after 3m`, or why it could not be started. */
export function runEndText({ code, signal, uptime, error }: LastExit): string {
  return error ?? `${signal ?? `code ${String(code)}`} after ${formatDuration(uptime)}`;
}

/** Control characters, separators of lines, and what turns the direction of the text that follows. */
const controlCharacters = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A line that can be printed on a screen somebody else owns: colours stay, and end with it; whatever would move the
 * cursor, ring or clear goes. Of a line that overwrote itself by carriage returns the last version stays.
 */
export function printable(line: string): string {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const parts = splitByColour(last);
  const text = parts
    .map((part, index) => (index % 2 === 1 ? part : strip(part).replace(controlCharacters, '')))
    .join('');
  return parts.length > 1 ? `${text}\u001B[0m` : text;
}

/** Whole lines of a child as a person reads them, each begun by whose it is; `live` on a screen. */
export function outputText(prefix: string, text: string, live: boolean): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `${prefix}${live ? printable(line) : line.replace(/\r$/, '')}\n`).join('');
}
