import { describeError } from '../model/describeError.js';

/** Why something failed, as a sentence on one line: Node's own message shows all of an object. */
export function reasonOf(cause: unknown): string {
  const [line = ''] = describeError(cause).message.split('\n');
  const reason = line.length > 200 ? `${line.slice(0, 200)}…` : line;
  return /[.!…]$/.test(reason) ? reason : `${reason}.`;
}
