import type { SchedulerLike } from 'rxjs';
import type { Effects, ManagerProcess } from '../effects.js';

export interface DelaySignalExitOptions {
  /** Whether the worker is gone. A signal that comes again before that ends the process here and now. */
  readonly isOver: () => boolean;
  readonly ended: Promise<unknown>;
  readonly scheduler: SchedulerLike;
}

/**
 * Effects by which a signal ends this process only when the session has ended, and whoever waits for that has had a turn to
 * exit by another code.
 */
export function delaySignalExit(effects: Effects, { isOver, ended, scheduler }: DelaySignalExitOptions): Effects {
  const host = effects.process;
  const inTheEnd = (end: () => unknown): void => {
    if (isOver()) void ended.then(() => scheduler.schedule(() => void end()));
    else end();
  };
  const kill: ManagerProcess['kill'] = (pid, signal) => {
    inTheEnd(() => host.kill(pid, signal));
    return true;
  };
  // PID 1 cannot be ended by a signal of its own.
  const exit = (code?: number | string | null): void => {
    inTheEnd(() => host.exit(code));
  };
  // What is read through it are the methods of the process itself, listeners and all.
  const process = new Proxy(host, {
    get: (target, name): unknown => (name === 'kill' ? kill : name === 'exit' ? exit : Reflect.get(target, name)),
  });
  return { ...effects, process };
}
