import type { FSWatcher } from 'chokidar';
import { stat } from 'node:fs/promises';
import { defer, from, noop, Observable, switchMap } from 'rxjs';
import { describeError } from '../model/describeError.js';

/** Everything is being watched from now on, or something has changed. */
export type FileChange = { readonly type: 'watching' } | { readonly type: 'changed'; readonly path: string };

/**
 * What is written, made, renamed or removed in files and folders. chokidar is loaded with the first subscription. It would
 * say nothing, ever, of what is not there: that is an error here.
 */
export function changes$(paths: readonly string[], isIgnored: (path: string) => boolean): Observable<FileChange> {
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
