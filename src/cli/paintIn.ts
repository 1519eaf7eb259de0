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
