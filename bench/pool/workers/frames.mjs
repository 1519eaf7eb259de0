import { Socket } from 'node:net';
import { reader, writer } from '../frames.mjs';

const socket = new Socket({ fd: 3, readable: true, writable: true });
const send = writer(socket);
const values = process.argv[2] === 'values';
socket.on(
  'data',
  reader((id, kind, body) => {
    if (kind === 1) send(id, 1, Buffer.from(body));
    else send(id, 0, values ? Buffer.from(JSON.stringify(JSON.parse(body.toString()))) : Buffer.from(body));
  }),
);
