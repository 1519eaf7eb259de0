import { EventEmitter } from 'node:events';
import { asyncScheduler, EMPTY, identity, map, NEVER, of, type SchedulerLike, timer } from 'rxjs';
import type { Effects, ManagerProcess } from '../model/effects.js';
import type { Launch, ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';
import { exitPhases } from '../system/exitPhases.js';
import { type FakeRun, fakeRun, type Script } from './fakeRun.js';
import { memoryFiles, systemError } from './memoryFiles.js';

/** When a run began and ended, in ms; `Infinity` while it lives. A `SubscriptionLog` of RxJS. */
export interface FakeSpawn {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** What was done to the run of this number, from 1; `frame` in ms. */
export interface FakeSignal {
  readonly frame: number;
  readonly run: number;
  readonly signal: NodeJS.Signals;
}

export interface FakeSent {
  readonly frame: number;
  readonly run: number;
  readonly message: unknown;
}

/**
 * Effects whose children only seem to run, and a record of what was done to them. Times are in virtual ms from 0 in a
 * test scheduler, else in ms from the making of the fake.
 */
export interface FakeChild extends Effects {
  /** Every run, those that could not be started included. For `expectSubscriptions`. */
  readonly spawns: FakeSpawn[];
  /** What was sent to its group while it lived. */
  readonly signals: readonly FakeSignal[];
  readonly sent: readonly FakeSent[];
  /** How many runs are alive. */
  readonly alive: () => number;
  /** The paths of the files that were written, in memory. `/dev/stdout` is what `toConsole` printed. */
  readonly files: () => readonly string[];
  /** What stands in a file, which may be named as in the spec. */
  readonly text: (path: string) => string;
  /** Whether its diagrams say when it is ready. */
  readonly saysReady: boolean;
}

export interface FakeEffectsOptions {
  /** The runs of a program, in turn; the last one repeats. Undefined: there is no such program. */
  readonly scriptsOf: (launch: Launch) => readonly Script[] | undefined;
  readonly unknownProgram: (launch: Launch) => string;
  readonly saysReady: boolean;
  /** Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The time that counts as 0. Default: that of the making. */
  readonly origin?: number | undefined;
}

export function fakeEffects(setting: FakeEffectsOptions): FakeChild {
  const { scriptsOf, unknownProgram: unknown, saysReady, scheduler = asyncScheduler } = setting;
  const origin = setting.origin ?? scheduler.now();
  const runs = new Map<number, FakeRun>();
  const played = new Map<readonly Script[], number>();
  const files = memoryFiles(scheduler);
  const host = fakeManagerProcess((stream, text) => {
    files.append(`/dev/${stream}`, text);
  });
  const spawns: FakeSpawn[] = [];
  const signals: FakeSignal[] = [];
  const sent: FakeSent[] = [];
  // A clock that stands before the fake was made is a virtual one.
  const frame = (): number => scheduler.now() - (scheduler.now() < origin ? 0 : origin);

  return {
    spawns,
    signals,
    sent,
    saysReady,
    alive: () => [...runs.values()].filter((run) => run.alive()).length,
    files: files.paths,
    text: files.text,
    ...files.effects,
    spawn: (launch, reading) => {
      const scripts = scriptsOf(launch);
      if (scripts === undefined) throw systemError('ENOENT', unknown(launch));
      const turn = played.get(scripts) ?? 0;
      played.set(scripts, turn + 1);
      const script = scripts[Math.min(turn, scripts.length - 1)] ?? { acts: [], onStop: 0 };
      const number = spawns.length + 1;
      const begin = frame();
      const onEnd = (): void => {
        runs.delete(PID + number);
        spawns[number - 1] = { subscribedFrame: begin, unsubscribedFrame: frame() };
      };
      spawns.push({ subscribedFrame: begin, unsubscribedFrame: Infinity });
      const [first] = script.acts;
      if (first?.step.type === 'fail') return failing(first.at, first.step, scheduler, onEnd);
      const run = fakeRun(script, {
        pid: PID + number,
        launch,
        reading,
        scheduler,
        append: files.append,
        onSent: (message) => void sent.push({ frame: frame(), run: number, message }),
        onEnd,
      });
      runs.set(PID + number, run);
      return run.process;
    },
    kill: (pid, signal) => {
      const run = runs.get(Math.abs(pid));
      if (!run?.alive()) throw systemError('ESRCH', `kill ${String(pid)}`);
      signals.push({ frame: frame(), run: Math.abs(pid) - PID, signal });
      run.signal(signal);
    },
    liveProcesses: ({ pgid }) => (runs.get(pgid)?.alive() ? [{ pid: pgid, inGroup: true }] : []),
    daemons: () => [],
    cookie: () => `RXVISOR_fake=${String(spawns.length + 1)}`,
    isExecutable: () => true,
    readText: (path) => {
      throw systemError('ENOENT', `open '${path}'. A fake has no files of its own: give it a script or a command.`);
    },
    // Nothing changes by itself, everything answers, and nothing takes up room.
    changes$: () => NEVER,
    check$: () => EMPTY,
    sample$: (pid) => of(runs.get(pid)?.alive() ? { at: frame(), processes: [] } : undefined),
    queued$: identity,
    logs: new Map(),
    process: host,
    exit: exitPhases(host),
  };
}

const PID = 1_000;

function failing(
  at: number,
  { code, message }: { readonly code: string; readonly message: string },
  scheduler: SchedulerLike,
  onEnd: () => void,
): SpawnedProcess {
  return {
    pid: undefined,
    startTime: undefined,
    processEvent$: timer(at, scheduler).pipe(
      map((): ProcessEvent => {
        onEnd();
        return { type: 'error', error: Object.assign(new Error(message), { code }) };
      }),
    ),
    connected: () => false,
    send: () => undefined,
    drainOutput: () => undefined,
    closeOutput: () => undefined,
    release: () => undefined,
  };
}

/** A manager's process that no signal reaches and whose streams go to `print`. */
export function fakeManagerProcess(print: (stream: 'stdout' | 'stderr', text: string) => void): ManagerProcess {
  const emitter = new EventEmitter();
  const streamOf = (name: 'stdout' | 'stderr') =>
    Object.assign(new EventEmitter(), {
      write: (text: string, done?: () => void): boolean => {
        print(name, text);
        done?.();
        return true;
      },
    });
  const host = Object.assign(emitter, {
    pid: 2,
    env: { PATH: '/bin' },
    execPath: '/bin/node',
    versions: process.versions,
    kill: () => true,
    exit: () => undefined,
    emitWarning: (warning: string | Error) => {
      print('stderr', `${String(warning)}\n`);
    },
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
  });
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- Node's overloads cannot be written by hand
  return host as unknown as ManagerProcess;
}
