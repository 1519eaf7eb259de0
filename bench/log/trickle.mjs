// trickle.mjs RATE plain|colour LIFE: writes so many lines of 100 bytes a second to stdout; after so many seconds it
// crashes. A second is begun once the last one is over: a pipe that is not read makes it slower, never faster.
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
