import { checkArgument, checkThat, isRecord, refuseUnknownOptions } from '../model/check.js';
import { isDelay } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { readDiagram } from './diagram.js';
import type { FakeAction, Script, ScriptStep, StopBehaviour } from './fakeRun.js';
import { legend, type LegendEntry } from './legend.js';

/** One run: a diagram, or an object with a diagram (`plays`) and options for this run only. */
export type FakeRunSpec =
  | string
  | { readonly plays: string; readonly onStop?: StopBehaviour; readonly values?: Readonly<Record<string, FakeAction>> };

/** The options of runs without their own. */
export interface ScriptDefaults {
  readonly onStop: StopBehaviour;
  readonly values: Readonly<Record<string, FakeAction>>;
}

/**
 * Reads the diagram of one run.
 *
 * @param where the start of error messages: `fakeChild: diagram 1`
 * @throws RxvisorError with code `ERR_OPTION` for an invalid diagram
 */
export function readScript(where: string, run: FakeRunSpec, defaults: ScriptDefaults): Script {
  const given = typeof run === 'string' ? { plays: run } : run;
  checkArgument(where, given, aRun);
  refuseUnknownOptions(given, ['plays', 'onStop', 'values'], `${where}: `);
  const { plays, onStop, values } = { ...defaults, ...given, values: { ...defaults.values, ...given.values } };
  const fail = (problem: string): never => {
    throw new RxvisorError('ERR_OPTION', `${where} '${plays}': ${problem}`);
  };
  if (typeof onStop === 'number' && !isDelay(onStop)) {
    fail(`onStop: ${show(onStop)} is not a delay. Give milliseconds, 0 or more, or 'ignore'.`);
  }
  const acts = readDiagram(where, plays).marks.map(({ frame, sign }) => ({
    at: frame,
    step: actionOf(sign, values) ?? fail(`'${sign}' is not an action of a child. ${remedyFor(sign)}`),
  }));
  const [first] = acts;
  if (first?.step.type !== 'spawn' && first?.step.type !== 'fail')
    fail('the spawn is missing. Begin a run with s, or with f for a failed spawn.');
  const again = acts.slice(1).find(({ step }) => step.type === 'spawn' || step.type === 'fail');
  if (again !== undefined) fail('a diagram can have only one run. Give the next run its own diagram.');
  const end = acts.findIndex(({ step }) => step.type === 'exit' || step.type === 'fail');
  if (end >= 0 && end < acts.length - 1) fail('an action follows the end of the run. Remove it.');
  return { acts, onStop };
}

const aRun = checkThat(
  (value) => isRecord(value) && 'plays' in value && typeof value.plays === 'string',
  "is not a run. Give a diagram, 's 2s x', or { plays, onStop, values }.",
);

function actionOf(sign: string, values: Readonly<Record<string, FakeAction>>): ScriptStep | undefined {
  const value = Object.hasOwn(values, sign) ? values[sign] : undefined;
  if (value !== undefined) return parseAction(value);
  switch (sign) {
    case 's':
      return { type: 'spawn' };
    case 'r':
      return { type: 'ready' };
    case 'o':
      return parseAction('output');
    case 'm':
      return { type: 'message', message: 'message' };
    case 'x':
      return parseAction(1);
    case 'z':
      return parseAction(0);
    case 'y':
      return { type: 'exit', code: null, signal: 'SIGKILL' };
    case 'f':
      return parseAction({ type: 'spawnFailed' });
    default:
      return undefined;
  }
}

function parseAction(value: FakeAction): ScriptStep {
  if (typeof value === 'number') return { type: 'exit', code: value, signal: null };
  if (typeof value === 'string') return { type: 'output', stream: 'stdout', text: whole(value) };
  switch (value.type) {
    case 'output':
      return { type: 'output', stream: value.stream ?? 'stdout', text: whole(value.text) };
    case 'message':
      return { type: 'message', message: value.message };
    case 'exited': {
      const { signal = null, code = signal === null ? 1 : null } = value;
      return { type: 'exit', code, signal };
    }
    case 'spawnFailed': {
      const { code = 'ENOENT', message = `spawn ${code}` } = value;
      return { type: 'fail', code, message };
    }
  }
}

/** Adds the line end: output consists of whole lines. */
function whole(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function remedyFor(sign: string): string {
  const entries: Readonly<Record<string, LegendEntry>> = legend;
  const entry = Object.hasOwn(entries, sign) ? entries[sign] : undefined;
  return entry === undefined
    ? `Use s r o m x z y f, or define it: { values: { ${sign}: 'a line' } }.`
    : `${sign} (${entry.means}) is an event of the supervisor. Use s r o m x z y f.`;
}
