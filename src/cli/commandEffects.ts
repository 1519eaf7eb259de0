import { type Effects, nodeEffects } from '../effects.js';
import { hangupIgnored } from './hangupIgnored.js';
import { ignoring } from './ignoring.js';

/**
 * The effects of a command that runs services: SIGHUP that was ignored at its start is ignored. Ask for them before the
 * environment changes, which says so.
 */
export function commandEffects(): Effects {
  return hangupIgnored() ? ignoring(nodeEffects, 'SIGHUP') : nodeEffects;
}
