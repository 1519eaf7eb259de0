import type { Command } from '../model/command.js';
import { RxvisorError } from '../model/errors.js';
import { readDiagram } from './readDiagram.js';

const commands: Readonly<Record<string, Command>> = {
  S: { type: 'stop' },
  R: { type: 'restart' },
  F: { type: 'reset' },
  L: { type: 'reopenLogs' },
};

/**
 * Commands from a diagram: `S` stop, `R` restart, `F` reset (forget the crashes), `L` reopenLogs.
 *
 * @returns the diagram as `cold` reads it, and its values
 * @throws RxvisorError with code `ERR_OPTION` for another letter
 */
export function commandsOf(marbles: string): readonly [string, Record<string, Command>] {
  for (const { sign } of readDiagram('managed: commands', marbles).marks) {
    if (sign === '|' || sign === '#' || Object.hasOwn(commands, sign)) continue;
    throw new RxvisorError(
      'ERR_OPTION',
      `managed: commands '${marbles}': '${sign}' is no command. It is S stop, R restart, F reset, L reopenLogs; ` +
        `for others give cold('1s h', { h: { type: 'signal', signal: 'SIGHUP' } }).`,
    );
  }
  // A time needs a space behind it there.
  return [`${marbles.replace(/\s+/g, ' ')} `, { ...commands }];
}
