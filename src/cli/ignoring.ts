import type { Effects } from '../effects.js';

/** Effects whose process ignores a signal from here on: it neither ends by it, nor does anybody hear of it. */
export function ignoring(effects: Effects, signal: NodeJS.Signals): Effects {
  const host = effects.process;
  host.on(signal, () => undefined);
  const process = new Proxy(host, {
    get: (target, name): unknown => {
      const found: unknown = Reflect.get(target, name);
      if ((name !== 'on' && name !== 'prependListener') || typeof found !== 'function') return found;
      return (event: unknown, listener: unknown): unknown =>
        event === signal ? process : Reflect.apply(found, target, [event, listener]);
    },
  });
  return { ...effects, process };
}
