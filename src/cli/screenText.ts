import { escapeControlsInLines } from '../model/visible.js';

/** Colours and the like: Select Graphic Rendition. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const sgr = /(\u001B\[[\d;:]*m)/;

/** What a command prints on a terminal: its colours, line ends and tabs stay, all else that steers a terminal is escaped. */
export function screenText(text: string): string {
  return byColours(text)
    .map((part, index) => (index % 2 === 1 ? part : escapeControlsInLines(part)))
    .join('');
}

/** Text and colours in turns, the text first. */
export function byColours(text: string): readonly string[] {
  return text.split(sgr);
}
