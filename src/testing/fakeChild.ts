import { basename } from 'node:path';
import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, isRecord, type OptionChecks } from '../model/check.js';
import { scheduler } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import type { Launch } from '../model/spawnedProcess.js';
import { type FakeChild, fakeEffects, type FakeEffectsOptions } from './fakeEffects.js';
import type { FakeAction, Script, StopBehaviour } from './fakeRun.js';
import { type FakeRunSpec, readScript, type ScriptDefaults } from './readScript.js';

export interface FakeOptions {
  /**
   * What a run does when it is asked to stop: it ends after so many ms, or is `'ignore'`, or does as a function of the
   * signal says. Nothing is deaf to SIGKILL. Default `0`.
   */
  readonly onStop?: StopBehaviour | undefined;
  /** What letters mean in the diagrams: lines, an exit code, or more. */
  readonly values?: Readonly<Record<string, FakeAction>> | undefined;
  /** What the diagrams are timed by. Default `asyncScheduler`, which is virtual in `lifecycle` and `TestScheduler.run`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** What the options of a fake are checked by. */
export const fakeOptions: OptionChecks<FakeOptions> = {
  onStop: checkThat(
    (value) => value === 'ignore' || typeof value === 'function' || (typeof value === 'number' && value >= 0),
    "is not a reaction to signals. Give milliseconds, 'ignore', or a function of the signal.",
  ),
  values: checkThat(isRecord, "is not a set of values. Give an object: { o: 'a line' }."),
  scheduler,
};

/**
 * Effects whose every spawn plays the next diagram: `managed$`, `child$` and `supervise` run as they are, on a child
 * that only seems to. In virtual time as well as in real time.
 *
 * ```text
 * s 2s x      spawned, exits 2 s later with code 1; then the next diagram
 * s 3s r      is ready after 3 s, as it says by `ready()` (`ready: 'message'`), and goes on until it is stopped
 * s o 5s z    writes a line, exits with code 0
 * s 1s y      ends by SIGKILL
 * s m         sends an IPC message
 * f           cannot be started: ENOENT
 * ```
 * The last diagram repeats. Diagrams are those of `TestScheduler.run`: a sign takes 1 ms, `2s` is a time.
 *
 * - Asked to stop it ends at once, or as `onStop` says: by the signal, or with code 0 if it was told by message and has
 *   said that it is ready.
 * - `spawns`, `signals` and `sent` tell what was done to it, and when. Log files are kept in memory, for `text(path)`.
 *
 * @param runs a diagram for each run, or by the names of several programs, as in `{ 'db.mjs': ['s 3s r'], app: ['s'] }`
 * @param options see {@link FakeOptions}
 * @throws RxvisorError with code `ERR_OPTION` for a diagram that cannot be played
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

/** The runs of one program, in turn; the last one repeats. Or of several programs, by the names of their files. */
export type FakeRuns = readonly FakeRunSpec[] | Readonly<Record<string, readonly FakeRunSpec[]>>;

/** @throws RxvisorError with code `ERR_OPTION` for a diagram that cannot be played */
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
      `spawn ${[file, ...args].join(' ')}. This fake plays ${[...programs.keys()].join(', ')}.`,
    saysReady: false,
  };
}

const runsRemedy =
  "Give an array of diagrams, one for each run: ['s 2s x', 's r']; or one for each program, by its name.";
const runsOfPrograms = checkThat(
  (value) => Array.isArray(value) || isRecord(value),
  `is not a list of runs. ${runsRemedy}`,
);

function scriptsOf(where: string, runs: readonly FakeRunSpec[], defaults: ScriptDefaults): readonly Script[] {
  checkArgument(`${where}s`, runs, checkThat(Array.isArray, `is not a list of runs. ${runsRemedy}`));
  if (runs.length === 0) throw new RxvisorError('ERR_OPTION', `${where}s: there are none. Give one for each run.`);
  return runs.map((run, index) => readScript(`${where} ${String(index + 1)}`, run, defaults));
}

function isOneProgram(runs: FakeRuns): runs is readonly FakeRunSpec[] {
  return Array.isArray(runs);
}

function isProgram({ file, args }: Launch, program: string): boolean {
  return [file, ...args].some((path) => path === program || basename(path) === program);
}
