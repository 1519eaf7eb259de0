// The other side of manager.mjs: what a manager is to do, and how it tells that it has begun.
export const job = JSON.parse(process.argv[2]);

/** @param pid of the process that does the managing */
export function begun(pid = process.pid, more = {}) {
  console.log(JSON.stringify({ pid, ...more }));
  // It stays when its children have ended: its memory is read afterwards.
  setInterval(() => undefined, 2 ** 30);
}
