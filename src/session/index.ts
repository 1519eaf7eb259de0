/// <reference types="node" preserve="true" />
export type { ErrorLike } from '../ipc/errorLike.js';
export type { RemoteConsole } from '../model/remoteConsole.js';
export { channel, type Channel, type ChannelOptions, type ChannelTarget } from './channel.js';
export { arg, type Argument, command, type Values, type ConsoleCommand } from './console/command.js';
export { type CommandHelp, type SessionConsole, type ReplOptions, startRepl } from './console/startRepl.js';
export { type CrashDigest, crashes, type CrashReport } from './crashes.js';
export type { EndOptions, ExitReason } from './protocol.js';
export type { ExitHandler } from './exitHandlers.js';
export {
  heartbeat$,
  type HeartbeatOptions,
  type HeartbeatTarget,
  type HeartbeatEvent,
  type HeartbeatMissed,
  type Listening,
  type Unresponsive,
} from './heartbeat$.js';
export { ChannelClosed } from './rpc/answerer.js';
export type {
  AnyContract,
  CallArgs,
  CallOptions,
  CallResult,
  Contract,
  Handler,
  PromisedChannel,
} from './rpc/contract.js';
export { killSwitch, type KillSwitchOptions } from './killSwitch.js';
export { notify, type NotifyOptions, type NotifySink } from './notify/notify.js';
export { session } from './session.js';
export type { Session, SessionBase, SessionEnd, SetOptions, SessionEvent } from './sessionBase.js';
export type { SessionHeartbeat, SessionOptions } from './sessionOptions.js';
export type { Settings } from './settings.js';
export { type CommandOptions, toCommand } from './notify/toCommand.js';
export { type Mail, type MailOptions, type MailTransport, toMail } from './notify/toMail.js';
export { toWebhook, type WebhookOptions } from './notify/toWebhook.js';
