// The least there can be to talk to: answers a line with a line.
const { createServer } = require('node:net');
createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', () => socket.write('[]\n'));
}).listen(process.argv[2], () => console.log('listening'));
