// A line of the flood: a number and a filler, 100 bytes with the line end.
export const DIGITS = 10;
export const FILLER = ' the quick brown fox jumps over the lazy dog, and the lazy dog, idle, looks the other way';
export const LINE = DIGITS + FILLER.length + 1;
if (LINE !== 100) throw new Error(`a line has ${LINE} bytes`);

export const lineOf = (number) => `${String(number).padStart(DIGITS, '0')}${FILLER}\n`;
