// Prints colours, also without a terminal. Its log, logs/painter.log, is plain text.
const colours = [31, 32, 33, 34, 35, 36];
let count = 0;

setInterval(() => {
  const colour = colours[count % colours.length];
  count += 1;
  console.log(`\u001B[1;${colour}mpainting\u001B[0m number \u001B[${colour}m${count}\u001B[0m`);
}, 300);
