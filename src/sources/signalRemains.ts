import type { Effects } from '../effects.js';
import type { RunMark } from './remains.js';

/**
 * Signals what is left of a run: its group as one, and one by one those that left it. What is there is looked up
 * first: the number of a group that has gone may be a stranger's.
 */
export function signalRemains(
  mark: RunMark,
  signal: NodeJS.Signals,
  { kill, remains }: Pick<Effects, 'kill' | 'remains'>,
  sparing: 'nobody' | 'group' = 'nobody',
): void {
  const left = remains(mark);
  const group = sparing === 'nobody' && left.some(({ inGroup }) => inGroup) ? [-mark.pgid] : [];
  for (const pid of [...group, ...left.flatMap(({ pid, inGroup }) => (inGroup ? [] : [pid]))]) {
    try {
      kill(pid, signal);
    } catch {
      // ESRCH: it has ended meanwhile. EPERM: it belongs to another user, and is seen to live on.
    }
  }
}
