import '../child/index.js';
import { frames } from '../wire/frames.js';
import { hearEvents } from './events.js';
import { answerHealth } from './health.js';
import { hearRequests } from './hearRequests.js';
import { link } from './link.js';
import { passReady } from './ready.js';
import { receiveSockets } from './sockets.js';
import { obeyStops } from './stops.js';

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
  hearEvents(link);
  hearRequests(link);
  obeyStops(link);
  passReady(link);
  receiveSockets(link);
  link.send(frames.hello, 0);
}
