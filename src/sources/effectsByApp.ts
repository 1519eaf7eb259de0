import type { Effects } from '../effects.js';
import type { ChildSpec } from '../model/childSpec.js';
import { sharePorts } from './sharePorts.js';

/** Gives the effects for a spec: those of one name with `exec: 'cluster'` share their ports. */
export function effectsByApp(effects: Effects): (spec: ChildSpec) => Effects {
  const sharing = new Map<string, Effects>();
  return ({ exec, name, script, cwd }) => {
    if (exec !== 'cluster') return effects;
    const app = name ?? script ?? String(cwd);
    const shared = sharing.get(app) ?? sharePorts(effects);
    sharing.set(app, shared);
    return shared;
  };
}
