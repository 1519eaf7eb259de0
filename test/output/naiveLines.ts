/** The lines of a whole text, each ended by `\n`, those of more than `max` code units cut: a character at a time. */
export function naiveLines(text: string, max: number): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${naiveCut(line, max)}\n`).join('');
}

function naiveCut(line: string, max: number): string {
  let cut = '';
  let column = 0;
  for (const character of line) {
    if (column + character.length > max) {
      cut += '\n';
      column = 0;
    }
    cut += character;
    column += character.length;
  }
  return cut;
}
