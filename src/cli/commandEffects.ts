import { type Effects, nodeEffects } from '../effects.js';
import { isHangupIgnored } from './hangupIgnored.js';
import { ignoringSignal } from './ignoring.js';

/**
 * The effects of a command that runs services: SIGHUP that was ignored at its start is ignored. Ask for them before the
 * environment changes, which says so.
 */
export function commandEffects(): Effects {
  return isHangupIgnored() ? ignoringSignal(nodeEffects, 'SIGHUP') : nodeEffects;
}
