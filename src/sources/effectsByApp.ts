import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { type Shared, sharePorts, type Sharing } from './sharePorts.js';

/** Gives the effects for a spec: those of one name with `exec: 'cluster'` share their ports. `onListens` hears when it does. */
export function effectsByApp(effects: Effects): (spec: ChildSpec, onListens: () => void) => Shared {
  const sharing = new Map<string, Sharing>();
  return ({ exec, name, script, cwd }, onListens) => {
    if (exec !== 'cluster') return { effects, leave: () => undefined };
    const app = name ?? script ?? String(cwd);
    const shared = sharing.get(app) ?? sharePorts(effects);
    sharing.set(app, shared);
    return shared(onListens);
  };
}
