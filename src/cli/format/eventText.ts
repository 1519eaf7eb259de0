import strip from 'strip-ansi';
import type { GaveUp, Stopping } from '../../model/childEvent.js';
import { maskText } from '../../model/mask.js';
import { escapeControls, show } from '../../model/show.js';
import type { LastExit } from '../../model/status.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import { type Label, labelOf } from './label.js';
import { type Colour, splitByColour, timeText, type View } from './paint.js';
import { formatDuration } from './units.js';

/** Formats an event for people, as whole lines: `TIME NAME TEXT`, or for output `NAME: LINE`. */
export function eventText(
  event: SupervisorEvent,
  now: number,
  { live, paint }: View,
  label: Label = labelOf(event),
): string {
  const name = paint(label.colour, label.text);
  if (event.type === 'output') return outputText(`${name}: `, event.text, live);
  const [style, description] = describeEvent(event);
  const text = escapeControls(maskText(description).replace(/\s*\n\s*/g, ' '));
  return `${timeText(now, { live, paint })} ${name} ${paint(style, text)}\n`;
}

/** Describes the end of a run: `code 1 after 2.3s`, `SIGKILL after 3m`, or why it failed to start. */
export function runEndText({ code, signal, uptime, error }: LastExit): string {
  return error ?? `${signal ?? `code ${String(code)}`} after ${formatDuration(uptime)}`;
}

/** Formats whole lines of a child, each with a prefix. `live`: true on a terminal. */
export function outputText(prefix: string, text: string, live: boolean): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `${prefix}${live ? printable(line) : line.replace(/\r$/, '')}\n`).join('');
}

/**
 * Makes a line of a child safe to print above the table. Keeps colours, and resets them at the end of the line. Removes
 * sequences that move the cursor, ring the bell or clear the screen. Of a line that overwrites itself with carriage
 * returns, keeps the last version.
 */
export function printable(line: string): string {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const parts = splitByColour(last);
  const text = parts
    .map((part, index) => (index % 2 === 1 ? part : strip(part).replace(controlCharacters, '')))
    .join('');
  return parts.length > 1 ? `${text}\u001B[0m` : text;
}

function describeEvent(
  event: Exclude<SupervisorEvent, { readonly type: 'output' }>,
): readonly [Colour | undefined, string] {
  switch (event.type) {
    case 'spawned':
      return ['green', `started, pid ${event.pid}${event.attempt === 1 ? '' : `, run ${event.attempt}`}`];
    case 'spawnFailed':
      return ['red', `failed to start: ${event.message}`];
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
      return ['red', givenUpText(event)];
    case 'stoppingAll':
      return ['yellow', `has ${event.reason === 'failure' ? 'failed' : 'ended'}: stopping all services`];
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

/** `failed: api will never be ready: it waits for db`. */
function givenUpText({ reason, dependencies: [first, ...others] = [] }: GaveUp): string {
  if (first === undefined) return GIVEN_UP[reason];
  const chain = others.map((name, index) => `${index === 0 ? ': it waits' : ', which waits'} for ${name}`);
  return `failed: ${first} will never be ready${chain.join('')}`;
}

/** Control characters except tab, line separators, and characters that change the direction of text. */
const controlCharacters = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
