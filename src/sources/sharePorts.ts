import { fileURLToPath } from 'node:url';
import { asyncScheduler, filter, type SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import { jobQueue } from '../operators/inTurns.js';
import { portBroker } from './portBroker.js';

const SHARE = fileURLToPath(new URL('../../preload/share.cjs', import.meta.url));

/** How one of several programs is run. */
export interface SharedProgram {
  readonly effects: Effects;
  /** No run of it will follow. */
  readonly leave: () => void;
}

/** `onListens` hears when it listens. */
export type Sharing = (onListens?: () => void) => SharedProgram;

/**
 * The same effects, but that what one of the programs listens on is what all of them listen on, and that they are restarted by
 * triggers in turns.
 *
 * @param scheduler for how long a port waits for an instance that is run again. Default `asyncScheduler`
 */
export function sharePorts(effects: Effects, scheduler: SchedulerLike = asyncScheduler): Sharing {
  const broker = portBroker(scheduler);
  const queued$ = jobQueue();
  return (onListens = () => undefined) => {
    const member = broker.join();
    return {
      leave: member.leave,
      effects: {
        ...effects,
        queued$,
        spawn: (launch, reading) => {
          const process = effects.spawn({ ...launch, args: ['--require', SHARE, ...launch.args] }, reading);
          const happening$ = process.processEvent$.pipe(
            filter((event) => {
              const isListening = member.handle(process, event);
              if (isListening) onListens();
              return !isListening;
            }),
          );
          return { ...process, processEvent$: happening$ };
        },
      },
    };
  };
}
