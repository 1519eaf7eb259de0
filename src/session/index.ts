export type { RemoteConsole } from '../model/remoteConsole.js';
export { channel, type Channel, type ChannelOptions, type ChannelTarget } from './channel.js';
export { arg } from './console/arg.js';
export type { Argument } from './console/argument.js';
export { command, type Values } from './console/command.js';
export type { CommandHelp } from './console/commandHelp.js';
export type { ConsoleCommand } from './console/consoleCommand.js';
export type { SessionConsole } from './console/sessionConsole.js';
export { type ReplOptions, startRepl } from './console/startRepl.js';
export type { CrashDigest } from './crashDigest.js';
export { crashes } from './crashes.js';
export type { CrashReport } from './crashReport.js';
export type { EndOptions } from './endOptions.js';
export type { ExitHandler } from './exitHandlers.js';
export type { ExitReason } from './exitReason.js';
export { heartbeat$, type HeartbeatOptions, type HeartbeatTarget } from './heartbeat$.js';
export type { HeartbeatEvent, HeartbeatMissed, Listening, Unresponsive } from './heartbeatEvent.js';
export { ChannelClosed } from './ipc/channelClosed.js';
export type {
  AnyContract,
  CallArgs,
  CallOptions,
  CallResult,
  Contract,
  Handler,
  PromisedChannel,
} from './ipc/contract.js';
export type { ErrorLike } from './ipc/errorLike.js';
export { killSwitch, type KillSwitchOptions } from './killSwitch.js';
export { notify, type NotifyOptions, type NotifySink } from './notify.js';
export { session } from './session.js';
export type { Session, SessionBase, SessionEnd, SetOptions } from './sessionBase.js';
export type { SessionEvent } from './sessionEvent.js';
export type { SessionHeartbeat, SessionOptions } from './sessionOptions.js';
export type { Settings } from './settings.js';
export { type CommandOptions, toCommand } from './toCommand.js';
export { type Mail, type MailOptions, type MailTransport, toMail } from './toMail.js';
export { toWebhook, type WebhookOptions } from './toWebhook.js';
