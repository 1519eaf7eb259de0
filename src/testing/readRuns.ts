import { basename } from 'node:path';
import { checkArgument, checkThat } from '../model/check.js';
import { RxvisorError } from '../model/errors.js';
import { isRecord } from '../model/isRecord.js';
import type { Launch } from '../sources/spawnProcess.js';
import type { FakeSetting } from './fakeEffects.js';
import { type FakeRunSpec, readScript, type ScriptDefaults } from './readScript.js';
import type { Script } from './script.js';

/** The runs of one program, in turn; the last one repeats. Or of several programs, by the names of their files. */
export type FakeRuns = readonly FakeRunSpec[] | Readonly<Record<string, readonly FakeRunSpec[]>>;

/** @throws RxvisorError with code `ERR_OPTION` for a diagram that cannot be played */
export function readRuns(
  runs: FakeRuns,
  { onStop = 0, values = {} }: Partial<{ [Name in keyof ScriptDefaults]: ScriptDefaults[Name] | undefined }>,
): Pick<FakeSetting, 'scriptsOf' | 'unknown' | 'saysReady'> {
  const defaults = { onStop, values };
  checkArgument('runs', runs, runsOfPrograms);
  if (isOneProgram(runs)) {
    const scripts = scriptsOf('fakeChild: diagram', runs, defaults);
    const saysReady = scripts.some(({ acts }) => acts.some(({ step }) => step.type === 'ready'));
    return { scriptsOf: () => scripts, unknown: () => 'spawn', saysReady };
  }
  const programs = new Map(
    Object.entries(runs).map(([name, each]) => [name, scriptsOf(`fakeChild: ${name}, diagram`, each, defaults)]),
  );
  return {
    scriptsOf: (launch) => {
      const name = [...programs.keys()].find((program) => isProgram(launch, program));
      return name === undefined ? undefined : programs.get(name);
    },
    unknown: ({ file, args }) =>
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
