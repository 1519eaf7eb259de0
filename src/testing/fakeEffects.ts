import { EventEmitter } from 'node:events';
import { asyncScheduler, EMPTY, identity, map, NEVER, of, type SchedulerLike, timer } from 'rxjs';
import type { Effects, ManagerProcess } from '../model/effects.js';
import type { Launch, ProcessEvent, SpawnedProcess } from '../model/spawnedProcess.js';
import { exitPhases } from '../system/exitPhases.js';
import { type FakeRun, fakeRun, type Script } from './fakeRun.js';
import { memoryFiles, systemError } from './memoryFiles.js';

/** A run, with the shape of a `SubscriptionLog` of RxJS. */
export interface FakeSpawn {
  /** When the run began, in ms. */
  readonly subscribedFrame: number;
  /** When it ended, in ms; `Infinity` while it is alive. */
  readonly unsubscribedFrame: number;
}

/** A signal that was sent to a run. */
export interface FakeSignal {
  /** In ms. */
  readonly frame: number;
  /** The number of the run, from 1. */
  readonly run: number;
  readonly signal: NodeJS.Signals;
}

/** An IPC message that was sent to a run. */
export interface FakeSent {
  /** In ms. */
  readonly frame: number;
  /** The number of the run, from 1. */
  readonly run: number;
  readonly message: unknown;
}

/**
 * Effects with fake children, and a record of what was done to them.
 *
 * Times are in virtual ms from 0 in a test scheduler, else in ms from the creation of the fake.
 */
export interface FakeChild extends Effects {
  /** All runs, including those that could not be started. For `expectSubscriptions`. */
  readonly spawns: FakeSpawn[];
  /** The signals to process groups that were alive. */
  readonly signals: readonly FakeSignal[];
  readonly sent: readonly FakeSent[];
  /** The number of live runs. */
  readonly alive: () => number;
  /** The paths of the files written in memory. `/dev/stdout` has the output of `toConsole`. */
  readonly files: () => readonly string[];
  /** The content of a file. The path may be relative, as in the spec. */
  readonly text: (path: string) => string;
  /** Whether its diagrams have an `r`. */
  readonly saysReady: boolean;
}

/** The options of {@link fakeEffects}. */
export interface FakeEffectsOptions {
  /** The runs of a program in order; the last one repeats. Undefined: there is no such program. */
  readonly scriptsOf: (launch: Launch) => readonly Script[] | undefined;
  /** The error message for a program without runs. */
  readonly unknownProgram: (launch: Launch) => string;
  readonly saysReady: boolean;
  /** Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The time that counts as 0. Default: the current time. */
  readonly origin?: number | undefined;
}

/** Makes effects whose children play scripts. */
export function fakeEffects(setting: FakeEffectsOptions): FakeChild {
  const { scriptsOf, unknownProgram: unknown, saysReady, scheduler = asyncScheduler } = setting;
  const origin = setting.origin ?? scheduler.now();
  const runs = new Map<number, FakeRun>();
  const played = new Map<readonly Script[], number>();
  const files = memoryFiles(scheduler);
  const manager = fakeManagerProcess((stream, text) => {
    files.append(`/dev/${stream}`, text);
  });
  const spawns: FakeSpawn[] = [];
  const signals: FakeSignal[] = [];
  const sent: FakeSent[] = [];
  // If the clock is before the creation of the fake, it is a virtual clock, which starts at 0.
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
      if (first?.step.type === 'fail') return failedSpawn(first.at, first.step, scheduler, onEnd);
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
      throw systemError('ENOENT', `open '${path}'. A fake has no files: give the spec a script or a command.`);
    },
    readEnvFile: () => '',
    // No file changes, every probe passes, and no process uses memory.
    changes$: () => NEVER,
    check$: () => EMPTY,
    sample$: (pid) => of(runs.get(pid)?.alive() ? { at: frame(), processes: [] } : undefined),
    queued$: identity,
    logs: new Map(),
    process: manager,
    exit: exitPhases(manager),
  };
}

/** The pid of run 1 is this plus 1. */
const PID = 1_000;

function failedSpawn(
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

/** A fake process of the manager. It gets no signals, and its output goes to `print`. */
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
  const manager = Object.assign(emitter, {
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
  return manager as unknown as ManagerProcess;
}
