import strip from 'strip-ansi';

/** Colours and the like: Select Graphic Rendition. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const sgr = /(\u001B\[[\d;:]*m)/;

/**
 * A line that can be printed on a screen somebody else owns: colours stay, and end with it; whatever would move the
 * cursor, ring or clear goes. Of a line that overwrote itself by carriage returns the last version stays.
 */
export function printable(line: string): string {
  const last = line.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  const parts = last.split(sgr);
  const text = parts
    .map((part, index) => (index % 2 === 1 ? part : strip(part).replace(/(?!\t)\p{Cc}/gu, '')))
    .join('');
  return parts.length > 1 ? `${text}\u001B[0m` : text;
}
