/** What is needed of Electron's `app`. */
export interface ElectronApp {
  on(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  off(event: 'before-quit', listener: (event: { readonly preventDefault: () => void }) => void): unknown;
  quit(): void;
}

/**
 * Puts off the end of an Electron app until `stopAll` has resolved; gives a function that no longer does.
 *
 * Electron emits `before-quit` for `app.quit()` and the user's Quit, but not for `app.exit()`, nor on Windows when the
 * session ends: https://www.electronjs.org/docs/latest/api/app#event-before-quit
 */
export function delayQuit(app: ElectronApp, stopAll: () => Promise<unknown>): () => void {
  let stopping = false;
  const onBeforeQuit = (event: { readonly preventDefault: () => void }): void => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    void stopAll().then(() => {
      giveUp();
      app.quit();
    });
  };
  const giveUp = (): void => {
    app.off('before-quit', onBeforeQuit);
  };
  app.on('before-quit', onBeforeQuit);
  return giveUp;
}
