import type { SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import type { ByteCredit } from '../operators/byteCredit.js';
import { pacedBy } from './pacedBy.js';
import { serviceKey } from './serviceKey.js';
import { type Shared, sharePorts, type Sharing } from './sharePorts.js';

/** How a child of an app is run. */
export interface AppShare extends Shared {
  /** It is a child no longer. */
  readonly forget: () => void;
}

interface App {
  readonly share: Sharing;
  members: number;
}

/**
 * Gives the effects for a spec: the instances of one service with `exec: 'cluster'` share their ports. `onListens` is called when it
 * listens. Shared ports are released with the last instance. Children without a log are not read while `flow` is full.
 */
export function effectsByApp(
  effects: Effects,
  scheduler: SchedulerLike,
  flow?: Pick<ByteCredit, 'full$'>,
): (spec: ChildSpec, onListens: () => void) => AppShare {
  const apps = new Map<string, App>();
  return (spec, onListens) => {
    const share = shareOf(spec, onListens);
    if (flow === undefined || spec.log !== undefined) return share;
    return { ...share, effects: pacedBy(flow.full$, share.effects) };
  };

  function shareOf(spec: ChildSpec, onListens: () => void): AppShare {
    if (spec.exec !== 'cluster') return { effects, leave: () => undefined, forget: () => undefined };
    const service = serviceKey(spec);
    const app = apps.get(service) ?? { share: sharePorts(effects, scheduler), members: 0 };
    apps.set(service, app);
    app.members += 1;
    const forget = (): void => {
      app.members -= 1;
      if (app.members === 0) apps.delete(service);
    };
    return { ...app.share(onListens), forget };
  }
}
