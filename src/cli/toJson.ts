import { escapeControls } from '../model/visible.js';

/**
 * A value as one line of JSON that steers no terminal. `JSON.stringify` escapes ESC and BEL, but neither C1 control
 * characters, of which U+009B begins a sequence as ESC [ does, nor what turns the direction of text. To a parser escapes are
 * the same.
 */
export function toJson(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}
