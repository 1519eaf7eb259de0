/// <reference types="node" preserve="true" />
/** For the worker of a session. All but `worker` is for any Node child, too. Nothing here imports RxJS. */
export type { ErrorLike } from '../../ipc/errorLike.js';
export type {
  AnyContract,
  CallArgs,
  CallOptions,
  CallResult,
  Contract,
  Handler,
  PromisedChannel,
} from '../rpc/contract.js';
export { ChannelClosed } from '../rpc/answerer.js';
export type { EndOptions, ExitReason } from '../protocol.js';
export type { ExitHandler } from '../exitHandlers.js';
export { killSwitch, type KillSwitchOptions } from '../killSwitch.js';
export type { Settings } from '../settings.js';
export { channel, type ChannelOptions } from './channel.js';
export { onExit } from './onExit.js';
export { reportCrashes } from './reportCrashes.js';
export { worker, type Worker } from './worker.js';
