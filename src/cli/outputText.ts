import { printable } from './printable.js';

/** Whole lines of a child as a person reads them, each begun by whose it is; `live` on a screen. */
export function outputText(prefix: string, text: string, live: boolean): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => `${prefix}${live ? printable(line) : line.replace(/\r$/, '')}\n`).join('');
}
