import { checkArgument } from '../model/check.js';
import { event as anEvent } from '../model/checks.js';
import type { ChildEvent, Exited } from '../model/childEvent.js';
import type { Letter } from './legend.js';

const letters: Readonly<Record<Exclude<ChildEvent['type'], 'exited'>, Letter>> = {
  spawned: 's',
  spawnFailed: 'f',
  ready: 'r',
  output: 'o',
  message: 'm',
  stable: 't',
  backingOff: 'b',
  stopping: 'p',
  killed: 'k',
  gaveUp: 'g',
  logFailed: 'l',
  triggerFailed: 'u',
  guardianFailed: 'w',
  daemonized: 'd',
  refused: 'n',
};

/** The letter that stands for an event. An exit has one of four: `q` as asked, else `z`, `x` or `y` by how it went. */
export function letterOf(event: ChildEvent): Letter {
  checkArgument('event', event, anEvent);
  return event.type === 'exited' ? letterOfExit(event) : letters[event.type];
}

function letterOfExit({ code, expected }: Exited): Letter {
  if (expected) return 'q';
  if (code === null) return 'y';
  return code === 0 ? 'z' : 'x';
}
