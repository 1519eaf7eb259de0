// Writes argv[2] lines a second for argv[3] seconds, then stays.
const [, , rate, seconds] = process.argv.map(Number);
const begin = performance.now();
let written = 0;
const timer = setInterval(() => {
  const due = Math.min(rate * seconds, Math.floor(((performance.now() - begin) * rate) / 1_000));
  let block = '';
  for (; written < due; written += 1)
    block += `${String(written + 1).padStart(10, '0')} a line as long as others are\n`;
  if (block !== '') process.stdout.write(block);
  if (written < rate * seconds) return;
  clearInterval(timer);
  setInterval(() => undefined, 2 ** 30);
}, 5);
