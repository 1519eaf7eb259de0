import type { ConsoleCommand } from './consoleCommand.js';

/** `set port NAME N [restart]` */
export function usageOf({ name, args }: ConsoleCommand): string {
  return [name, ...args.map(({ label }) => label)].join(' ');
}
