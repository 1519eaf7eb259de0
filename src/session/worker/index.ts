/** For the worker of a session, and, but for `worker`, for any Node child. It does without RxJS. */
export type { ErrorLike } from '../ipc/errorLike.js';
export type {
  AnyContract,
  CallArgs,
  CallOptions,
  CallResult,
  Contract,
  Handler,
  PromisedChannel,
} from '../ipc/contract.js';
export { ChannelClosed } from '../ipc/channelClosed.js';
export type { EndOptions } from '../endOptions.js';
export type { ExitHandler } from '../exitHandlers.js';
export type { ExitReason } from '../exitReason.js';
export { killSwitch, type KillSwitchOptions } from '../killSwitch.js';
export type { Settings } from '../settings.js';
export { channel, type ChannelOptions } from './channel.js';
export { onExit } from './onExit.js';
export { reportCrashes } from './reportCrashes.js';
export { worker } from './worker.js';
export type { Worker } from './workerOf.js';
