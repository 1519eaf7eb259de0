import strip from 'strip-ansi';
import { byColours } from './screenText.js';

/** Control characters, separators of lines, and what turns the direction of the text that follows. */
const steering = /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A line that can be printed on a screen somebody else owns: colours stay, and end with it; whatever would move the
 * cursor, ring or clear goes. Of a line that overwrote itself by carriage returns the last version stays.
 */
export function printable(line: string): string {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const parts = byColours(last);
  const text = parts.map((part, index) => (index % 2 === 1 ? part : strip(part).replace(steering, ''))).join('');
  return parts.length > 1 ? `${text}\u001B[0m` : text;
}
