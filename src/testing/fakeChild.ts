import { basename } from 'node:path';
import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, isRecord, type OptionChecks } from '../model/check.js';
import { scheduler } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';
import { type FakeChild, fakeEffects, type FakeEffectsOptions } from './fakeEffects.js';
import type { FakeAction, Script, StopBehaviour } from './fakeRun.js';
import { type FakeRunSpec, readScript, type ScriptDefaults } from './readScript.js';

/** The options of {@link fakeChild}. */
export interface FakeOptions {
  /**
   * What a run does when it is asked to stop: a number: it ends after this many ms; `'ignore'`: nothing; a function: its result, by
   * signal. A SIGKILL always ends it at once. Default `0`.
   */
  readonly onStop?: StopBehaviour | undefined;
  /** The meaning of letters in the diagrams: a line, an exit code, or another action. Default `{}`. */
  readonly values?: Readonly<Record<string, FakeAction>> | undefined;
  /** The clock of the diagrams. Default `asyncScheduler`, which is virtual in `lifecycle` and `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** The runs of one program in order, or of several programs by file name. The last run of a program repeats. */
export type FakeRuns = readonly FakeRunSpec[] | Readonly<Record<string, readonly FakeRunSpec[]>>;

/** The checks of {@link FakeOptions}. */
export const fakeOptions: OptionChecks<FakeOptions> = {
  onStop: checkThat(
    (value) => value === 'ignore' || typeof value === 'function' || (typeof value === 'number' && value >= 0),
    "is not a stop behaviour. Give milliseconds, 'ignore', or a function of the signal.",
  ),
  values: checkThat(isRecord, "is not an object of values. Give an object: { o: 'a line' }."),
  scheduler,
};

/**
 * Makes effects with fake children: each spawn plays a diagram instead of starting a program.
 *
 * ```text
 * s 2s x      is spawned, exits after 2 s with code 1; then the next diagram
 * s 3s r      calls ready() after 3 s (ready: 'message'), and runs until it is stopped
 * s o 5s z    writes a line, exits with code 0
 * s 1s y      ends by SIGKILL
 * s m         sends an IPC message
 * f           cannot be started: ENOENT
 * ```
 * Pass it as `effects` to `managed$`, `child$` or `supervise`, in virtual or in real time. The last diagram repeats. The syntax is
 * that of `TestScheduler.run`: a sign takes 1 ms, `2s` is a time.
 *
 * - When it is asked to stop, it ends at once, or as `onStop` says. It ends by the signal; after a stop message it exits with code 0 if
 *   it has called `ready()`.
 * - `spawns`, `signals` and `sent` record what was done to it, with times. Log files are kept in memory: see `text(path)`.
 *
 * @param runs a diagram for each run; for several programs, by file name: `{ 'db.mjs': ['s 3s r'], app: ['s'] }`
 * @param options see {@link FakeOptions}. Default `{}`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid diagram or option
 * @example
 * ```ts
 * import { managed$ } from 'rxvisor';
 * import { fakeChild } from 'rxvisor/testing';
 *
 * const child = fakeChild(['s o 5ms e', { plays: 's', onStop: 'ignore' }], { values: { o: 'hello', e: 137 } });
 * managed$({ command: 'app', restartAt: [10, 0] }, undefined, child).subscribe((event) => {
 *   console.log(event.type); // spawned, ready, output, exited, backingOff, spawned, ready
 * });
 * ```
 */
export function fakeChild(runs: FakeRuns, options: FakeOptions = {}): FakeChild {
  checkOptions(options, fakeOptions);
  return fakeEffects({ ...readRuns(runs, options), scheduler: options.scheduler });
}

/** Reads the diagrams of all programs. @throws RxvisorError with code `ERR_OPTION` for an invalid diagram */
export function readRuns(
  runs: FakeRuns,
  { onStop = 0, values = {} }: Partial<{ [Name in keyof ScriptDefaults]: ScriptDefaults[Name] | undefined }>,
): Pick<FakeEffectsOptions, 'scriptsOf' | 'unknownProgram' | 'saysReady'> {
  const defaults = { onStop, values };
  checkArgument('runs', runs, runsOfPrograms);
  if (isOneProgram(runs)) {
    const scripts = scriptsOf('fakeChild: diagram', runs, defaults);
    const saysReady = scripts.some(({ acts }) => acts.some(({ step }) => step.type === 'ready'));
    return { scriptsOf: () => scripts, unknownProgram: () => 'spawn', saysReady };
  }
  const programs = new Map(
    Object.entries(runs).map(([name, each]) => [name, scriptsOf(`fakeChild: ${name}, diagram`, each, defaults)]),
  );
  return {
    scriptsOf: (launch) => {
      const name = [...programs.keys()].find((program) => isProgram(launch, program));
      return name === undefined ? undefined : programs.get(name);
    },
    unknownProgram: ({ file, args }) =>
      `spawn ${[file, ...args].join(' ')}. This fake only has the programs ${[...programs.keys()].join(', ')}.`,
    saysReady: false,
  };
}

const runsRemedy =
  "Give an array of diagrams, one for each run: ['s 2s x', 's r']. Or give an object of such arrays, by file name.";

const runsOfPrograms = checkThat(
  (value) => Array.isArray(value) || isRecord(value),
  `is not a list of runs. ${runsRemedy}`,
);

function scriptsOf(where: string, runs: readonly FakeRunSpec[], defaults: ScriptDefaults): readonly Script[] {
  checkArgument(`${where}s`, runs, checkThat(Array.isArray, `is not a list of runs. ${runsRemedy}`));
  if (runs.length === 0) throw new RxvisorError('ERR_OPTION', `${where}s: the array is empty. Give one for each run.`);
  return runs.map((run, index) => readScript(`${where} ${String(index + 1)}`, run, defaults));
}

function isOneProgram(runs: FakeRuns): runs is readonly FakeRunSpec[] {
  return Array.isArray(runs);
}

function isProgram({ file, args }: Launch, program: string): boolean {
  return [file, ...args].some((path) => path === program || basename(path) === program);
}
