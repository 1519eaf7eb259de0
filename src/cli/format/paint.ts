import { escapeControls, escapeControlsInLines } from '../../model/show.js';

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters: on and off. */
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

export type Colour = keyof typeof CODES;

/** Gives a text its colour, or leaves it as it is. */
export type Paint = (colour: Colour | undefined, text: string) => string;

/** Node's `styleText` would look at the process and its environment; who paints here has been told already. */
export function painter(colours: boolean): Paint {
  return (colour, text) => {
    if (!colours || colour === undefined || text === '') return text;
    const [on, off] = CODES[colour];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
}

export interface Label {
  readonly text: string;
  readonly colour: Colour;
}

/** What a service is called on the screen, and in which colour: a name is optional, and need not be fit to print. */
export function labelOf({ name, id = 0 }: { readonly name?: string; readonly id?: number }): Label {
  const colours = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;
  const text = name === undefined ? `#${id}` : escapeControls(name);
  return { text, colour: colours[id % colours.length] ?? 'cyan' };
}

/** How things are shown: on a terminal times are short, and what would move its cursor is taken out. */
export interface View {
  readonly live: boolean;
  readonly paint: Paint;
}

/** When it was: the time of day for people at a terminal, ISO 8601 for files and programs. `now` in ms since the epoch. */
export function timeText(now: number, { live, paint }: View): string {
  const date = new Date(now);
  return paint('dim', live ? date.toTimeString().slice(0, 8) : date.toISOString());
}

/** Colours and the like: Select Graphic Rendition. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const sgr = /(\u001B\[[\d;:]*m)/;

/** What a command prints on a terminal: its colours, line ends and tabs stay, all else that steers a terminal is escaped. */
export function screenText(text: string): string {
  return splitByColour(text)
    .map((part, index) => (index % 2 === 1 ? part : escapeControlsInLines(part)))
    .join('');
}

/** Text and colours in turns, the text first. */
export function splitByColour(text: string): readonly string[] {
  return text.split(sgr);
}
