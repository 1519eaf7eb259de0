export type { RemoteConsole } from '../model/remoteConsole.js';
export type { CommandResult } from '../model/status.js';
export type { ClientOptions } from './controlClient.js';
export { connectControl } from './connectControl.js';
export type { Control, LogsOptions } from './controlOf.js';
export { findControls } from './findControls.js';
export type {
  ChildUsage,
  ControlDescription,
  ControlTarget,
  TimedEvent,
  LogBlock,
  ManagerInfo,
  ResurrectResult,
  SaveResult,
} from './protocol.js';
export { type ControlEvent, type ControlOptions, serveControl$ } from './serveControl$.js';
