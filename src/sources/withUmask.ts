/**
 * Does something synchronous with another file mode creation mask: Node has no option for the mask of what it spawns. The
 * mask belongs to the whole process, so a file that another thread opens meanwhile gets it, too. umask(2)
 *
 * @param umask undefined: the mask stays as it is
 */
export function withUmask<T>(umask: number | undefined, work: () => T): T {
  if (umask === undefined) return work();
  const former = process.umask(umask);
  try {
    return work();
  } finally {
    process.umask(former);
  }
}
