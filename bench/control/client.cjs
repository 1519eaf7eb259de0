// A bare client of a unix socket: asks, prints the answer, ends.
const socket = require('node:net').connect(process.argv[2]);
socket.write('list\n');
socket.on('data', (answer) => {
  process.stdout.write(answer);
  socket.end();
});
