export type { ElectronApp } from './delayQuit.js';
export { type Effects, type ManagerProcess, nodeEffects } from './effects.js';
export type { FileEffects, FileStat } from './fileEffects.js';
export { managed$, type ManagedOptions } from './managed.js';
export type { Act } from './model/act.js';
export type {
  BackingOff,
  ChildEvent,
  EventOrigin,
  Exited,
  GaveUp,
  Killed,
  LogFailed,
  Message,
  Output,
  Ready,
  Refused,
  SpawnFailed,
  Spawned,
  Stable,
  Stopping,
  TriggerFailed,
  GuardianFailed,
  Daemonized,
} from './model/childEvent.js';
export type { ChildSpec, LineFormat, LineOrigin, LogSpec, RestartLimit, RotateSpec } from './model/childSpec.js';
export type { Command, Fail, ReopenLogs, Reset, Restart, Send, Signal, Stop, Watch } from './model/command.js';
export { type ErrorCode, ExitError, type RunExit, RxvisorError, SpecError } from './model/errors.js';
export { constant } from './model/constant.js';
export { defaultDelays } from './model/defaultDelays.js';
export { exponential, type ExponentialOptions } from './model/exponential.js';
export type {
  FleetCommand,
  FleetEvent,
  FleetRefused,
  Reload,
  Reloaded,
  ReloadFailed,
  Reloading,
  Scale,
} from './model/fleetEvent.js';
export { type Crash, isCrash } from './model/isCrash.js';
export { isTerminalEvent as isTerminal } from './model/isTerminal.js';
export { parseSpec } from './model/parseSpec.js';
export type { PollOptions, ProbeSpec, ProbeTarget, ReadinessProbe } from './model/probeSpec.js';
export type { Schedule } from './model/schedule.js';
export type { ServiceSpec } from './model/serviceSpec.js';
export type { CommandResult, Description, LastExit, State, Status } from './model/status.js';
export type { Target } from './model/target.js';
export type { CronSpec, RssLimit, WatchSpec } from './model/triggerSpec.js';
export type { Usage } from './model/usage.js';
export { batchTime, type BatchOptions } from './operators/batchTime.js';
export { byteCredit, type ByteCredit, type ByteCreditOptions } from './operators/byteCredit.js';
export { fleet, type FleetOptions } from './operators/fleet.js';
export type { Group, GroupOptions } from './operators/group.js';
export { type Line, lines } from './operators/lines.js';
export type { Member } from './operators/memberLife.js';
export { oneForAll } from './operators/oneForAll.js';
export { oneForOne } from './operators/oneForOne.js';
export { orThrow } from './operators/orThrow.js';
export { giveUpOn } from './operators/permanentOn.js';
export { resetAfter } from './operators/resetAfter.js';
export { restartAt, type RestartOptions } from './operators/restartAt.js';
export { restartWhen } from './operators/restartWhen.js';
export { restForOne } from './operators/restForOne.js';
export { scanStatus } from './operators/scanStatus.js';
export { startAfter, type StartOptions } from './operators/startAfter.js';
export { stopWith, type StopOptions } from './operators/stopWith.js';
export { stripAnsi } from './operators/stripAnsi.js';
export { switchManaged } from './operators/switchManaged.js';
export { withCommands } from './operators/withCommands.js';
export { type LogOptions, logTo } from './sinks/logTo.js';
export { type ConsoleOptions, toConsole } from './sinks/toConsole.js';
export { type FileOptions, toFile } from './sinks/toFile.js';
export type { FileChange } from './sources/changes$.js';
export { child$, type ChildOptions } from './sources/child$.js';
export { cron$ } from './sources/cron$.js';
export { type LineBlock, lines$, type LinesOptions } from './sources/lines$.js';
export type { ProbeResult } from './sources/poll$.js';
export { probe$, type ProbeOptions } from './sources/probe$.js';
export type { ProcessSample, TreeSample } from './sources/samples.js';
export { signal$, type SignalOptions } from './sources/signal$.js';
export { tail$, type TailOptions } from './sources/tail$.js';
export { usage$, type UsageOptions } from './sources/usage$.js';
export { watch$, type WatchOptions } from './sources/watch$.js';
export { type Child, supervise, type Supervisor, type SupervisorEvent, type SupervisorOptions } from './supervise.js';
export type { TriggerEffects } from './triggerEffects.js';
