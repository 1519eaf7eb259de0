import { fileURLToPath } from 'node:url';
import { asyncScheduler, filter, Observable, type SchedulerLike } from 'rxjs';
import type { Effects } from '../model/effects.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { withPausedOutput } from '../process/processTrees.js';
import { serviceKey } from '../process/resolveSpec.js';
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

/** How a child of an app is run. */
export interface ServiceEffects extends SharedProgram {
  /** It is a child no longer. */
  readonly forget: () => void;
}

interface PortGroup {
  readonly share: Sharing;
  members: number;
}

/**
 * Gives the effects for a spec: the instances of one service with `exec: 'cluster'` share their ports. `onListens` is called when it
 * listens. Shared ports are released with the last instance. Children without a log are not read while `flow` is full.
 */
export function effectsByService(
  effects: Effects,
  scheduler: SchedulerLike,
  flow?: Pick<ByteCredit, 'full$'>,
): (spec: ChildSpec, onListens: () => void) => ServiceEffects {
  const apps = new Map<string, PortGroup>();
  return (spec, onListens) => {
    const share = shareOf(spec, onListens);
    if (flow === undefined || spec.log !== undefined) return share;
    return { ...share, effects: withPausedOutput(flow.full$, share.effects) };
  };

  function shareOf(spec: ChildSpec, onListens: () => void): ServiceEffects {
    if (spec.exec !== 'cluster') return { effects, leave: () => undefined, forget: () => undefined };
    const service = serviceKey(spec);
    const group = apps.get(service) ?? { share: sharePorts(effects, scheduler), members: 0 };
    apps.set(service, group);
    group.members += 1;
    const forget = (): void => {
      group.members -= 1;
      if (group.members === 0) apps.delete(service);
    };
    return { ...group.share(onListens), forget };
  }
}

/**
 * Lets jobs be done one after the other, whoever asks for them: each is subscribed to when those before it have ended, or have
 * been given up.
 *
 * ```text
 * inTurn$(a)   (wait)a----|
 * inTurn$(b)             b---|
 * ```
 */
export function jobQueue(): <T>(job$: Observable<T>) => Observable<T> {
  const waiting = new Set<() => void>();
  let busy = false;
  let advancing = false;

  return (job$) =>
    new Observable((subscriber) => {
      const begin = (): void => {
        subscriber.add(job$.subscribe(subscriber));
      };
      // Before it begins: it may end at once.
      subscriber.add(() => {
        if (waiting.delete(begin)) return;
        busy = false;
        advance();
      });
      waiting.add(begin);
      advance();
    });

  /** A loop: of jobs that end at once each would otherwise begin within the end of the one before. */
  function advance(): void {
    if (advancing) return;
    advancing = true;
    for (const begin of waiting) {
      if (busy) break;
      waiting.delete(begin);
      busy = true;
      begin();
    }
    advancing = false;
  }
}
