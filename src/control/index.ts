/// <reference types="node" preserve="true" />
export type { RemoteConsole } from '../model/remoteConsole.js';
export type { InheritedEnv } from '../model/spec/inheritedEnv.js';
export type { CommandResult } from '../model/status.js';
export type { ClientOptions } from './client/controlClient.js';
export { connectControl, findControls } from './client/connectControl.js';
export type { Control, LogsOptions } from './client/control.js';
export type {
  ChildUsage,
  ControlDescription,
  ControlTarget,
  TimedEvent,
  LogBlock,
  ManagerInfo,
  ResurrectResult,
  SaveResult,
} from './protocol/protocol.js';
export { type ControlEvent, type ControlOptions, serveControl$ } from './server/serveControl$.js';
