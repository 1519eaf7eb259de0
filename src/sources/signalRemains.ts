import type { Effects } from '../effects.js';
import type { RunIdentity } from './remains.js';

/**
 * Signals what is left of a run: its group as one, and one by one those that left it. What is there is looked up
 * first: the number of a group that has gone may be a stranger's.
 */
export function signalLiveProcesses(
  mark: RunIdentity,
  signal: NodeJS.Signals,
  { kill, liveProcesses }: Pick<Effects, 'kill' | 'liveProcesses'>,
  sparing: 'nobody' | 'group' = 'nobody',
): void {
  const left = liveProcesses(mark);
  const group = sparing === 'nobody' && left.some(({ inGroup }) => inGroup) ? [-mark.pgid] : [];
  for (const pid of [...group, ...left.flatMap(({ pid, inGroup }) => (inGroup ? [] : [pid]))]) {
    try {
      kill(pid, signal);
    } catch {
      // ESRCH: it has ended meanwhile. EPERM: it belongs to another user, and is seen to live on.
    }
  }
}
