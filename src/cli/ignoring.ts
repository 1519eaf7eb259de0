import type { Effects } from '../effects.js';

/** Effects whose process ignores a signal: the signal does not end it, and no listener gets it. */
export function ignoringSignal(effects: Effects, signal: NodeJS.Signals): Effects {
  const manager = effects.process;
  manager.on(signal, () => undefined);
  const process = new Proxy(manager, {
    get: (target, name): unknown => {
      const found: unknown = Reflect.get(target, name);
      if ((name !== 'on' && name !== 'prependListener') || typeof found !== 'function') return found;
      return (event: unknown, listener: unknown): unknown =>
        event === signal ? process : Reflect.apply(found, target, [event, listener]);
    },
  });
  return { ...effects, process };
}
