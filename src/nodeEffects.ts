import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FSWatcher } from 'chokidar';
import { defer, from, identity, noop, Observable, switchMap } from 'rxjs';
import type { Check } from './model/check.js';
import { effectsWith } from './model/checks.js';
import type { Effects, TriggerEffects } from './model/effects.js';
import { describeError } from './model/errors.js';
import type { FileChange } from './model/spec/triggers.js';
import { check$, type TreeEffects } from './process/probes.js';
import { isExecutable } from './process/launchProblem.js';
import { processTrees } from './process/processTrees.js';
import { exitPhases } from './system/exitPhases.js';
import { fileEffects } from './system/fileEffects.js';
import { processSampler } from './system/processSampler.js';

const trees = processTrees();

/** The real thing. */
export const nodeEffects: Effects = {
  ...trees,
  isExecutable,
  readText: (path) => readFileSync(path, 'utf8'),
  ...fileEffects,
  ...triggerEffects(trees),
  logs: new Map(),
  process,
  exit: exitPhases(process),
};

/** Whether a record has every effect. */
export const allEffects: Check = effectsWith(Object.keys(nodeEffects));

/** The real thing. @param effects to start programs by */
function triggerEffects(effects: TreeEffects): TriggerEffects {
  return {
    check$: (target, place = { cwd: process.cwd(), env: process.env }) => check$(target, place, effects),
    changes$,
    sample$: processSampler(),
    queued$: identity,
  };
}

/**
 * What is written, made, renamed or removed in files and folders. chokidar is loaded with the first subscription. It would
 * say nothing, ever, of what is not there: that is an error here.
 */
function changes$(paths: readonly string[], isIgnored: (path: string) => boolean): Observable<FileChange> {
  return defer(() => from(Promise.all([import('chokidar'), ...paths.map(async (path) => stat(path))]))).pipe(
    switchMap(
      ([{ watch }]) =>
        new Observable<FileChange>((subscriber) => {
          const watcher: FSWatcher = watch([...paths], { ignored: (path) => isIgnored(path), ignoreInitial: true });
          watcher.on('ready', () => {
            subscriber.next({ type: 'watching' });
          });
          watcher.on('all', (event, path) => {
            // A folder by itself is nothing that a program reads; what is in it is told apart.
            if (event !== 'addDir' && event !== 'unlinkDir') subscriber.next({ type: 'changed', path });
          });
          watcher.on('error', (error) => {
            // A link that leads nowhere is left out; of one that leads to itself chokidar makes an error.
            if (describeError(error).code !== 'ELOOP') subscriber.error(error);
          });
          return () => {
            void watcher.close();
            // close() removes all listeners, and what is still being looked at can fail: that would end the manager.
            watcher.on('error', noop);
          };
        }),
    ),
  );
}
