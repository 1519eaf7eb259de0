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
import { processEffects } from './process/processEffects.js';
import { exitPhases } from './system/exitPhases.js';
import { fileEffects } from './system/fileEffects.js';
import { processSampler } from './system/processSampler.js';
import { readEnvFile } from './system/readEnvFile.js';

const trees = processEffects();

/** The side effects of Node and the operating system: the default of `effects` everywhere. */
export const nodeEffects: Effects = {
  ...trees,
  isExecutable,
  readText: (path) => readFileSync(path, 'utf8'),
  readEnvFile,
  ...fileEffects,
  ...triggerEffects(trees),
  logs: new Map(),
  process,
  exit: exitPhases(process),
};

/** Checks that a record has every effect. */
export const allEffects: Check = effectsWith(Object.keys(nodeEffects));

/** @param effects for the programs of `exec` probes */
function triggerEffects(effects: TreeEffects): TriggerEffects {
  return {
    check$: (target, place = { cwd: process.cwd(), env: process.env }) => check$(target, place, effects),
    changes$,
    sample$: processSampler(),
    queued$: identity,
  };
}

/**
 * Emits the changes in files and folders. Loads chokidar at the first subscription.
 *
 * chokidar emits nothing for a path that does not exist. Here that is an error.
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
            // Files in a folder have events of their own.
            if (event !== 'addDir' && event !== 'unlinkDir') subscriber.next({ type: 'changed', path });
          });
          watcher.on('error', (error) => {
            // chokidar ignores a broken symbolic link, but makes an error of a link to itself.
            if (describeError(error).code !== 'ELOOP') subscriber.error(error);
          });
          return () => {
            void watcher.close();
            // close() removes all listeners. An error of a pending operation would then end the manager.
            watcher.on('error', noop);
          };
        }),
    ),
  );
}
