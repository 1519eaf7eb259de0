import type { SessionBase } from '../sessionBase.js';
import type { ConsoleCommand } from './consoleCommand.js';

/** What a line can go on with: the words that fit, and the part of the line that they fit. */
export function completeLine(
  line: string,
  commands: readonly ConsoleCommand[],
  session: SessionBase,
): [string[], string] {
  const words = line.trimStart().split(/\s+/);
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const next = commands.flatMap(({ name, args }) => {
    const path = name.split(' ');
    if (!before.every((word, index) => path[index] === undefined || path[index] === word)) return [];
    const part = path[before.length];
    return part === undefined ? (args[before.length - path.length]?.words(session) ?? []) : [part];
  });
  const fitting = [...new Set(next)].filter((word) => word.startsWith(last));
  return [fitting.map((word) => `${word} `), last];
}
