/// <reference types="node" preserve="true" />

// One child.
export { managed$, type ManagedOptions } from './managed.js';
export { child$, type ChildOptions } from './sources/child$.js';

// Many children.
export {
  type Child,
  type ChildRestartOptions,
  supervise,
  type Supervisor,
  type SupervisorEvent,
  type SupervisorOptions,
} from './supervisor/supervise.js';
export type { ElectronApp } from './supervisor/shutdownSignals.js';
export { fleet } from './operators/fleet/fleet.js';
export type { FleetOptions } from './operators/fleet/fleetRun.js';
export type { Group, GroupOptions } from './operators/groups/group.js';
export type { Member } from './operators/groups/member.js';
export { oneForOne } from './operators/groups/oneForOne.js';
export { oneForAll } from './operators/groups/oneForAll.js';
export { restForOne } from './operators/groups/restForOne.js';
export type { Target } from './model/target.js';

// The spec of a child.
export type { ChildSpec, RestartLimit, Schedule, ServiceSpec } from './model/spec/childSpec.js';
export type { LineFormat, LineOrigin, LogSpec, RotateSpec } from './model/spec/logSpec.js';
export type { Dependency, DependencyCondition, DependencyOptions, DependsOn } from './model/spec/dependsOn.js';
export type { InheritedEnv } from './model/spec/inheritedEnv.js';
export type { EnvFile } from './model/spec/envFile.js';
export type { PollOptions, ProbeSpec, ProbeTarget, ReadinessProbe } from './model/spec/probe.js';
export type { CronSpec, RssLimit, WatchSpec, FileChange } from './model/spec/triggers.js';
export { constant, defaultDelays, exponential, type ExponentialOptions } from './model/spec/schedule.js';
export { parseSpec } from './model/schema/parseSpec.js';

// Events, commands and statuses.
export {
  type BackingOff,
  type ChildEvent,
  type EventOrigin,
  type Exited,
  type GaveUp,
  type Killed,
  type LogFailed,
  type Message,
  type Output,
  type Ready,
  type Refused,
  type SpawnFailed,
  type Spawned,
  type Stable,
  type Stopping,
  type TriggerFailed,
  type GuardianFailed,
  type Daemonized,
  type StoppingAll,
} from './model/childEvent.js';
export { isTerminalEvent as isTerminal } from './model/isTerminalEvent.js';
export { type Crash, isCrash } from './model/runEnd.js';
export type { Command, Fail, ReopenLogs, Reset, Restart, Send, Signal, Stop, Watch } from './model/command.js';
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
export type {
  CommandResult,
  Description,
  LastExit,
  State,
  Status,
  Usage,
  ProcessSample,
  TreeSample,
} from './model/status.js';

// Operators.
export { batchTime, type BatchOptions } from './operators/batchTime.js';
export { byteCredit, type ByteCredit, type ByteCreditOptions } from './operators/byteCredit.js';
export { giveUpOn } from './operators/giveUpOn.js';
export { type Line, lines } from './operators/lines.js';
export { orThrow } from './operators/orThrow.js';
export { resetAfter } from './operators/resetAfter.js';
export { restartAt } from './operators/restartAt.js';
export type { RestartOptions } from './operators/restartPolicy.js';
export { restartWhen } from './operators/restartWhen.js';
export { scanStatus } from './operators/scanStatus.js';
export { startAfter, type StartOptions } from './operators/startAfter.js';
export { stopWith, type StopOptions } from './operators/stopWith.js';
export { stripAnsi } from './operators/stripAnsi.js';
export { switchManaged } from './operators/switchManaged.js';
export { withCommands } from './operators/withCommands.js';

// Sources and sinks.
export { cron$ } from './sources/cron$.js';
export { lines$ } from './sources/lines$.js';
export { probe$, type ProbeOptions } from './sources/probe$.js';
export { signal$, type SignalOptions } from './sources/signal$.js';
export { tail$, type TailOptions } from './sources/tail$.js';
export { usage$, type UsageOptions } from './sources/usage$.js';
export { watch$, type WatchOptions } from './sources/watch$.js';
export type { ProbeResult } from './process/probes.js';
export type { LineBlock } from './output/textBlocks$.js';
export type { LinesOptions } from './output/chunks$.js';
export { type LogOptions, logTo } from './sinks/logTo.js';
export { type ConsoleOptions, toConsole } from './sinks/toConsole.js';
export { type FileOptions, toFile } from './sinks/toFile.js';

// Errors and side effects.
export { type ErrorCode, ExitError, type RunExit, RxvisorError, SpecError } from './model/errors.js';
export { nodeEffects } from './nodeEffects.js';
export type { Effects, ManagerProcess, TriggerEffects } from './model/effects.js';
export type { FileEffects, FileStat } from './model/fileEffects.js';
export type { Act } from './model/spawnedProcess.js';
