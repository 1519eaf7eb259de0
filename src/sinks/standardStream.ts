import { readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** As many links as Linux follows. */
const LINKS_MAX = 40;

const names: Readonly<Record<string, 'stdout' | 'stderr'>> = {
  '/dev/stdout': 'stdout',
  '/dev/fd/1': 'stdout',
  '/proc/self/fd/1': 'stdout',
  '/dev/stderr': 'stderr',
  '/dev/fd/2': 'stderr',
  '/proc/self/fd/2': 'stderr',
};

/**
 * Which of this process's own streams a path leads to, over links too: containers have `app.log -> /dev/stdout`. To open
 * such a path fails where the stream is a socket or belongs to another user, and a file would be truncated or rotated
 * that others write to.
 */
export function standardStream(path: string): 'stdout' | 'stderr' | undefined {
  let at = resolve(path);
  for (let links = 0; links < LINKS_MAX; links += 1) {
    const name = names[at];
    if (name !== undefined) return name;
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      // It is no link, or is not there.
      return undefined;
    }
  }
  return undefined;
}
