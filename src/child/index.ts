/// <reference types="node" preserve="true" />
import { listenForStop } from './onStopping.js';

export { onMessage } from './onMessage.js';
export type { StopHandler } from './onStopping.js';
export { onStopping } from './onStopping.js';
export { ready } from './ready.js';
export { send } from './send.js';

listenForStop();
