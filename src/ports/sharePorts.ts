import { fileURLToPath } from 'node:url';
import { asyncScheduler, filter, Observable, type SchedulerLike } from 'rxjs';
import type { Effects } from '../model/effects.js';
import type { ChildSpec } from '../model/spec/childSpec.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { withPausedOutput } from '../process/withPausedOutput.js';
import { serviceKey } from '../process/resolveSpec.js';
import { portBroker } from './portBroker.js';

/** A preload module: it shares what the program listens on. */
const SHARE = fileURLToPath(new URL('../../preload/share.cjs', import.meta.url));

/** The means to run one instance. */
export interface SharedProgram {
  readonly effects: Effects;
  /** Call it when no run of the instance will follow. */
  readonly leave: () => void;
}

/** Makes the effects of one more instance. `onListens` is called when it listens. */
export type Sharing = (onListens?: () => void) => SharedProgram;

/** The means to run one child of a service. */
export interface ServiceEffects extends SharedProgram {
  /** Call it when the child is removed. */
  readonly forget: () => void;
}

/**
 * Makes effects for instances that share their ports. Triggers restart these instances one after the other.
 *
 * @param scheduler for how long a port waits for an instance that restarts. Default `asyncScheduler`
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
          const processEvent$ = process.processEvent$.pipe(
            filter((event) => {
              const isPortRequest = member.handle(process, event);
              if (isPortRequest) onListens();
              return !isPortRequest;
            }),
          );
          return { ...process, processEvent$ };
        },
      },
    };
  };
}

interface PortGroup {
  readonly share: Sharing;
  members: number;
}

/**
 * Makes a function from a spec to the effects of one child.
 *
 * The instances of one service with `exec: 'cluster'` share their ports. The ports are released with the last instance.
 * `onListens` is called when the child listens. The output of children without a log is not read while `flow` is full.
 */
export function effectsByService(
  effects: Effects,
  scheduler: SchedulerLike,
  flow?: Pick<ByteCredit, 'full$'>,
): (spec: ChildSpec, onListens: () => void) => ServiceEffects {
  const services = new Map<string, PortGroup>();
  return (spec, onListens) => {
    const share = sharedEffects(spec, onListens);
    if (flow === undefined || spec.log !== undefined) return share;
    return { ...share, effects: withPausedOutput(flow.full$, share.effects) };
  };

  function sharedEffects(spec: ChildSpec, onListens: () => void): ServiceEffects {
    if (spec.exec !== 'cluster') return { effects, leave: () => undefined, forget: () => undefined };
    const service = serviceKey(spec);
    const group = services.get(service) ?? { share: sharePorts(effects, scheduler), members: 0 };
    services.set(service, group);
    group.members += 1;
    const forget = (): void => {
      group.members -= 1;
      if (group.members === 0) services.delete(service);
    };
    return { ...group.share(onListens), forget };
  }
}

/**
 * Makes a queue for jobs. Each job is subscribed to when all earlier ones have ended or have been unsubscribed from.
 *
 * ```text
 * queued$(a)   a----|
 * queued$(b)        b---|
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
      // Before the job begins: it may end synchronously.
      subscriber.add(() => {
        if (waiting.delete(begin)) return;
        busy = false;
        advance();
      });
      waiting.add(begin);
      advance();
    });

  /** A loop, not a recursion: thousands of jobs that end synchronously must not overflow the stack. */
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
