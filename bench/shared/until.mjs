import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `done` gives something true, and gives that. */
export async function until(done, what, { every = 2, within = 30_000 } = {}) {
  const end = performance.now() + within;
  for (;;) {
    const result = done();
    if (result) return result;
    if (performance.now() > end) throw new Error(`never seen: ${what}`);
    await sleep(every);
  }
}
