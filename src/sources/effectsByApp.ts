import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { serviceKey } from './serviceKey.js';
import { type Shared, sharePorts, type Sharing } from './sharePorts.js';

/** Gives the effects for a spec: the instances of one service with `exec: 'cluster'` share their ports. `onListens` hears when it does. */
export function effectsByApp(effects: Effects): (spec: ChildSpec, onListens: () => void) => Shared {
  const sharing = new Map<string, Sharing>();
  return (spec, onListens) => {
    if (spec.exec !== 'cluster') return { effects, leave: () => undefined };
    const service = serviceKey(spec);
    const shared = sharing.get(service) ?? sharePorts(effects);
    sharing.set(service, shared);
    return shared(onListens);
  };
}
