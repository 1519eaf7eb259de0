import type { ChildEvent } from '../model/childEvent.js';

/** A letter that stands for an event in a diagram. */
export type Letter =
  's' | 'r' | 'o' | 'm' | 'x' | 'z' | 'y' | 'q' | 'f' | 't' | 'b' | 'p' | 'k' | 'g' | 'l' | 'u' | 'w' | 'd' | 'n';

/** What a letter stands for: in words, and as an event. */
export interface LegendEntry {
  readonly means: string;
  /** One such event: a value for `cold` and `hot`. */
  readonly event: ChildEvent;
}

const attempt = 1;
const exited = { type: 'exited', code: null, signal: null, uptime: 0, expected: false, attempt } as const;

/** The letters of all diagrams. Every event has exactly one: see {@link letterOf}. */
export const legend: Readonly<Record<Letter, LegendEntry>> = {
  s: { means: 'spawned', event: { type: 'spawned', pid: 1, attempt } },
  r: { means: 'ready', event: { type: 'ready', attempt } },
  o: { means: 'output', event: { type: 'output', stream: 'stdout', text: 'output\n', attempt } },
  m: { means: 'message', event: { type: 'message', message: 'message', attempt } },
  x: { means: 'exited, code not 0', event: { ...exited, code: 1 } },
  z: { means: 'exited, code 0', event: { ...exited, code: 0 } },
  y: { means: 'exited by a signal', event: { ...exited, signal: 'SIGKILL' } },
  q: { means: 'exited as asked', event: { ...exited, signal: 'SIGTERM', expected: true } },
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
};
