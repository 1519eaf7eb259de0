import type { Usage } from '../model/usage.js';
import type { TreeSample } from './samples.js';

/** What a tree of processes uses at a look, and how busy it was since the one before. */
export function usageBetween(pid: number, last: TreeSample, { at, processes }: TreeSample): Usage {
  const before = new Map(last.processes.map(({ id, cpu }) => [id, cpu]));
  const used = processes.reduce((sum, { id, cpu }) => sum + cpu - (before.get(id) ?? 0), 0);
  return {
    pid,
    cpu: at > last.at ? (100 * used) / (at - last.at) : 0,
    rss: processes.reduce((sum, { rss }) => sum + rss, 0),
    processes: processes.length,
  };
}
