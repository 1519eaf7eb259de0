import { inspect } from 'node:util';
import { onStopping } from '../child/onStopping.js';
import { frames } from '../wire/frames.js';
import type { Link } from './link.js';

export const softHandlers: Set<() => unknown> = new Set<() => unknown>();
export const hardHandlers: Set<() => unknown> = new Set<() => unknown>();

/** Runs the handlers when the pool says so: those for a soft stop, and then no others, or those for a hard one. */
export function receiveStops(link: Link): void {
  let softly = false;
  link.on(frames.softStop, () => {
    softly = true;
    void runAll(softHandlers).then(() => {
      link.send(frames.stopped, 0);
    });
  });
  onStopping(async () => (softly ? undefined : runAll(hardHandlers)));
}

/** One that throws is told of on stderr, and holds up nobody. */
async function runAll(handlers: ReadonlySet<() => unknown>): Promise<void> {
  await Promise.all(
    [...handlers].map(async (handler) => {
      try {
        await handler();
      } catch (error) {
        process.stderr.write(`stop handler: ${inspect(error)}\n`);
      }
    }),
  );
}
