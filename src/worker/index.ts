import '../child/index.js';
import { frames } from '../wire/frames.js';
import { receiveEvents } from './events.js';
import { answerHealth } from './health.js';
import { receiveRequests } from './hearRequests.js';
import { link } from './link.js';
import { passReady } from './ready.js';
import { receiveSockets } from './sockets.js';
import { receiveStops } from './stops.js';

/**
 * For the workers of a pool. It does nothing of note in a program that runs by itself.
 */
export { busy } from './busy.js';
export { emit } from './emit.js';
export { on } from './on.js';
export { onHardStop } from './onHardStop.js';
export { onSoftStop } from './onSoftStop.js';
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
