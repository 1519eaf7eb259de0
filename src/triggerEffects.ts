import { identity, type Observable } from 'rxjs';
import type { ProbeTarget } from './model/probeSpec.js';
import { check$, type ProbePlace } from './sources/check$.js';
import { changes$, type FileChange } from './sources/changes$.js';
import type { TreeEffects } from './sources/execCheck$.js';
import { processSampler, type TreeSample } from './sources/samples.js';

/** What is looked at to decide on a restart. Errors of the world are error notifications. */
export interface TriggerEffects {
  /**
   * Asks once; completes when it passes, else errors with a message that says why. Unsubscribing gives up. A program runs
   * in `place`; default: where the manager runs.
   */
  readonly check$: (target: ProbeTarget, place?: ProbePlace) => Observable<never>;
  /** What changes in files and folders, until it is unsubscribed from. Paths are absolute. */
  readonly changes$: (paths: readonly string[], isIgnored: (path: string) => boolean) => Observable<FileChange>;
  /** What a process and all it started use now, or `maxAge` ms ago at most; undefined when it is gone. */
  readonly sample$: (pid: number, maxAge: number) => Observable<TreeSample | undefined>;
  /** Restarts a child, when that may be done: at once, or, where children serve together, one after the other. */
  readonly queued$: <T>(job$: Observable<T>) => Observable<T>;
}

/** The real thing. @param effects to start programs by */
export function triggerEffects(effects: TreeEffects): TriggerEffects {
  return {
    check$: (target, place = { cwd: process.cwd(), env: process.env }) => check$(target, place, effects),
    changes$,
    sample$: processSampler(),
    queued$: identity,
  };
}
