import { escapeControlsInLines } from '../../model/show.js';

export type Colour = keyof typeof CODES;

/** Adds a colour to a text; without a colour, returns the text unchanged. */
export type Paint = (colour: Colour | undefined, text: string) => string;

/** How to display text. `live`, on a terminal: times are short, and sequences that move the cursor are removed. */
export interface View {
  readonly live: boolean;
  readonly paint: Paint;
}

/** Makes a `Paint`. Node's `styleText` decides on colours itself, from the environment; here the caller decides. */
export function painter(colours: boolean): Paint {
  return (colour, text) => {
    if (!colours || colour === undefined || text === '') return text;
    const [on, off] = CODES[colour];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
}

/** Formats a time: the time of day on a terminal, else ISO 8601. `now`: ms since the epoch. */
export function timeText(now: number, { live, paint }: View): string {
  const date = new Date(now);
  return paint('dim', live ? date.toTimeString().slice(0, 8) : date.toISOString());
}

/** Text for a terminal: keeps colours, line ends and tabs, and escapes all other control characters. */
export function screenText(text: string): string {
  return splitByColour(text)
    .map((part, index) => (index % 2 === 1 ? part : escapeControlsInLines(part)))
    .join('');
}

/** Splits at colour sequences: text at even indexes, sequences at odd ones. */
export function splitByColour(text: string): readonly string[] {
  return text.split(sgr);
}

/**
 * Codes that switch a style on and off:
 * https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters
 */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

/** Sequences that set colours and styles: Select Graphic Rendition. */
// eslint-disable-next-line no-control-regex -- it matches control characters
const sgr = /(\u001B\[[\d;:]*m)/;
