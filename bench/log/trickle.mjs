// trickle.mjs RATE plain|colour LIFE: writes RATE lines of 100 bytes a second to stdout, and crashes after LIFE seconds.
// A pipe that is not read makes it slower. It never catches up.
import { writeSync } from 'node:fs';

const [rate, mode, life] = process.argv.slice(2);
const STEP = 20;
const from = Date.now();
const filler = mode === 'colour' ? `\u001B[32m${'x'.repeat(40)}\u001B[39m${'y'.repeat(39)}` : 'x'.repeat(89);

setInterval(() => {
  let text = '';
  for (let line = 0; line < (rate * STEP) / 1_000; line += 1) text += `${String(line).padStart(10, '0')}${filler}\n`;
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(1, bytes, done);
  if (Date.now() - from > life * 1_000) process.exit(1);
}, STEP);
