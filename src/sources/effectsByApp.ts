import type { SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { withPausedOutput } from './pacedBy.js';
import { serviceKey } from './serviceKey.js';
import { type SharedProgram, sharePorts, type Sharing } from './sharePorts.js';

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
