import { checkArgument } from '../model/check.js';
import { event as anEvent } from '../model/checks.js';
import type { ChildEvent, Exited } from '../model/childEvent.js';
import { show } from '../model/show.js';

/** A letter of a diagram. It stands for an event. */
export type Letter =
  's' | 'r' | 'o' | 'm' | 'x' | 'z' | 'y' | 'q' | 'f' | 't' | 'b' | 'p' | 'k' | 'g' | 'l' | 'u' | 'w' | 'd' | 'n' | 'e';

/** The meaning of a letter. */
export interface LegendEntry {
  /** In words: `'exited, code 0'`. */
  readonly means: string;
  /** An example, as a value for `cold` and `hot`. */
  readonly event: ChildEvent;
}

const attempt = 1;

const exited = { type: 'exited', code: null, signal: null, uptime: 0, expected: false, attempt } as const;

/** The letters of all diagrams. Every event has exactly one letter: see {@link letterOf}. */
export const legend: Readonly<Record<Letter, LegendEntry>> = {
  s: { means: 'spawned', event: { type: 'spawned', pid: 1, attempt } },
  r: { means: 'ready', event: { type: 'ready', attempt } },
  o: { means: 'output', event: { type: 'output', stream: 'stdout', text: 'output\n', attempt } },
  m: { means: 'message', event: { type: 'message', message: 'message', attempt } },
  x: { means: 'exited, code not 0', event: { ...exited, code: 1 } },
  z: { means: 'exited, code 0', event: { ...exited, code: 0 } },
  y: { means: 'exited by a signal', event: { ...exited, signal: 'SIGKILL' } },
  q: { means: 'exited as requested', event: { ...exited, signal: 'SIGTERM', expected: true } },
  f: { means: 'spawnFailed', event: { type: 'spawnFailed', code: 'ENOENT', message: 'spawn ENOENT', attempt } },
  t: { means: 'stable', event: { type: 'stable', attempt } },
  b: { means: 'backingOff', event: { type: 'backingOff', delay: 100, crashes: 1, attempt } },
  p: { means: 'stopping', event: { type: 'stopping', reason: 'stop', attempt } },
  k: { means: 'killed', event: { type: 'killed', signal: 'SIGKILL', attempt } },
  g: { means: 'gaveUp', event: { type: 'gaveUp', reason: 'never', attempt } },
  l: {
    means: 'logFailed',
    event: { type: 'logFailed', path: '/child.log', code: 'ENOSPC', message: 'no space left', dropped: 0, attempt },
  },
  u: {
    means: 'triggerFailed',
    event: { type: 'triggerFailed', trigger: 'watch', code: 'ENOSPC', message: 'too many watches', attempt },
  },
  w: {
    means: 'guardianFailed',
    event: { type: 'guardianFailed', code: 'EAGAIN', message: 'spawn /bin/sh EAGAIN', attempt },
  },
  d: { means: 'daemonized', event: { type: 'daemonized', pids: [2], attempt } },
  n: { means: 'refused', event: { type: 'refused', command: 'send', reason: 'not running', attempt } },
  e: {
    means: 'stoppingAll',
    event: { type: 'stoppingAll', reason: 'exit', code: 0, signal: null, attempt },
  },
};

const letters: Readonly<Record<Exclude<ChildEvent['type'], 'exited'>, Letter>> = {
  spawned: 's',
  spawnFailed: 'f',
  ready: 'r',
  output: 'o',
  message: 'm',
  stable: 't',
  backingOff: 'b',
  stopping: 'p',
  killed: 'k',
  gaveUp: 'g',
  logFailed: 'l',
  triggerFailed: 'u',
  guardianFailed: 'w',
  daemonized: 'd',
  refused: 'n',
  stoppingAll: 'e',
};

/**
 * The letter of an event.
 *
 * An `exited` event has one of four letters: `q` if it was requested, else `z` for code 0, `x` for another code, `y` for a signal.
 *
 * @throws RxvisorError with code `ERR_OPTION` if the argument is not an event
 */
export function letterOf(event: ChildEvent): Letter {
  checkArgument('event', event, anEvent);
  return event.type === 'exited' ? letterOfExit(event) : letters[event.type];
}

function letterOfExit({ code, expected }: Exited): Letter {
  if (expected) return 'q';
  if (code === null) return 'y';
  return code === 0 ? 'z' : 'x';
}

/** An event in words, with its main field: `x exited (code 137)`. */
export function describeMark(sign: string, event: ChildEvent): string {
  const detail = detailOf(event);
  return `${sign} ${event.type}${detail === '' ? '' : ` (${detail})`}`;
}

function detailOf(event: ChildEvent): string {
  switch (event.type) {
    case 'exited':
      return `${event.signal ?? `code ${String(event.code)}`}${event.expected ? ', as requested' : ''}`;
    case 'output':
      return show(event.text.trimEnd());
    case 'message':
      return show(event.message);
    case 'backingOff':
      return `delay ${String(event.delay)}, crashes ${String(event.crashes)}`;
    case 'stopping':
    case 'gaveUp':
    case 'stoppingAll':
      return event.reason;
    case 'refused':
      return `${event.command}: ${event.reason}`;
    case 'spawnFailed':
    case 'logFailed':
    case 'triggerFailed':
    case 'guardianFailed':
      return event.message;
    default:
      return '';
  }
}

const types = new Set<unknown>(Object.values(legend).map(({ event }) => event.type));

export function isChildEvent(value: unknown): value is ChildEvent {
  return typeof value === 'object' && value !== null && 'attempt' in value && 'type' in value && types.has(value.type);
}
