import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../eventually.js';
import { delayQuit } from '../../src/supervisor/shutdownSignals.js';

describe('delayQuit', () => {
  it('prevents the quit, waits for the children, and quits then', async () => {
    const { app, quit } = fakeApp();
    let stopped = (): void => undefined;
    const stopAll = vi.fn(() => new Promise<void>((resolve) => (stopped = resolve)));
    delayQuit(app, stopAll);

    expect(quit()).toBe('prevented');
    expect(stopAll).toHaveBeenCalledOnce();
    expect(app.quit).not.toHaveBeenCalled();

    stopped();
    await eventually(() => {
      expect(app.quit).toHaveBeenCalledOnce();
    });
    expect(quit()).toBe('quits');
  });

  it('prevents a second quit in the meantime without stopping twice', () => {
    const { app, quit } = fakeApp();
    const stopAll = vi.fn(() => new Promise<void>(() => undefined));
    delayQuit(app, stopAll);
    expect([quit(), quit()]).toEqual(['prevented', 'prevented']);
    expect(stopAll).toHaveBeenCalledOnce();
  });

  it('releases the handlers on request', () => {
    const { app, quit } = fakeApp();
    const letGo = delayQuit(app, async () => undefined);
    letGo();
    expect(quit()).toBe('quits');
  });
});

function fakeApp() {
  const app = Object.assign(new EventEmitter(), { quit: vi.fn() });
  const quit = (): string => {
    let fate = 'quits';
    app.emit('before-quit', { preventDefault: () => (fate = 'prevented') });
    return fate;
  };
  return { app, quit };
}
