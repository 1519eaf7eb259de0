import type { SchedulerLike } from 'rxjs';
import type { Effects, HostProcess } from '../effects.js';

export interface LastWordOptions {
  /** Whether the worker is gone. A signal that comes again before that ends the process here and now. */
  readonly isOver: () => boolean;
  readonly ended: Promise<unknown>;
  readonly scheduler: SchedulerLike;
}

/**
 * Effects by which a signal ends this process only when the session has ended, and whoever waits for that has had a turn to
 * exit by another code.
 */
export function withLastWord(effects: Effects, { isOver, ended, scheduler }: LastWordOptions): Effects {
  const host = effects.process;
  const kill: HostProcess['kill'] = (pid, signal) => {
    if (!isOver()) return host.kill(pid, signal);
    void ended.then(() => {
      scheduler.schedule(() => void host.kill(pid, signal));
    });
    return true;
  };
  // What is read through it are the methods of the process itself, listeners and all.
  const process = new Proxy(host, {
    get: (target, name): unknown => (name === 'kill' ? kill : Reflect.get(target, name)),
  });
  return { ...effects, process };
}
