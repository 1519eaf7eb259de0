import { constants } from 'node:os';
import { signals } from '../model/signals.js';

/** A signal as people write it: `SIGUSR2`, `usr2`, `12`. */
export function signalOf(word: string): NodeJS.Signals | undefined {
  const name = word.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  return signals.find((signal) => signal === name || String(constants.signals[signal]) === word);
}
