/// <reference types="node" preserve="true" />
import { frames } from '../ipc/frames.js';
import { receiveEvents } from './events.js';
import { link } from './link.js';
import { answerHealth, passReady } from './ready.js';
import { receiveRequests } from './requests.js';
import { receiveSockets } from './sockets.js';
import { receiveStops } from './stops.js';

export { busy } from './ready.js';
export { emit } from './events.js';
export { on } from './events.js';
export { onHardStop } from './stops.js';
export { onSoftStop } from './stops.js';
export { ready } from './ready.js';
export { requests } from './requests.js';
export { serve } from './serve.js';
export type { WorkerRequest } from './workerRequest.js';

if (link !== undefined) {
  answerHealth(link);
  receiveEvents(link);
  receiveRequests(link);
  receiveStops(link);
  passReady(link);
  receiveSockets(link);
  link.send(frames.hello, 0);
}
