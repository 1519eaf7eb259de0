import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { scheduler, text } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import { type FakeChild, fakeEffects } from './fakeEffects.js';
import type { Script, ScriptStep, StopBehaviour } from './fakeRun.js';
import { readRecording, type Recorded } from './record.js';

/** The options of {@link replay}. */
export interface ReplayOptions {
  /** The name of the child to play, if several were recorded. Default: all events are of one child. */
  readonly name?: string | undefined;
  /** Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The time in ms that counts as 0 in the records of the fake. Default: the time of the call. */
  readonly origin?: number | undefined;
}

const replayOptions: OptionChecks<ReplayOptions> = {
  name: text('a name'),
  scheduler,
  origin: checkThat(Number.isFinite, 'is not a time. Give milliseconds.'),
};

/**
 * Makes a fake child that repeats a recording: its output, messages and exits, at their times, run by run.
 *
 * ```text
 * recording        (sr) 2s x
 * replay, plays    s 2s x          the ready event is a result of `ready: 'spawn'`, and is not played
 * ```
 *
 * - The last run repeats. Restarts, back-offs and stops of the recording are not played: the policies under test make them.
 * - A run that was asked to stop in the recording keeps running until it is asked again. Then it takes as long as it did; a run that
 *   was killed ignores the request.
 * - A run without an end in the recording keeps running.
 *
 * @param recording the lines that `record()` wrote
 * @param options see {@link ReplayOptions}. Default `{}`
 * @returns the fake, for `managed` of {@link lifecycle} or as `effects`
 * @throws RxvisorError with code `ERR_OPTION` if it is not a recording, or has several children and `options.name` is missing
 * @see {@link record}
 * @example
 * ```ts
 * import { lifecycle, replay } from 'rxvisor/testing';
 *
 * const incident = `
 * {"at":3,"type":"spawned","pid":4711,"attempt":1}
 * {"at":2003,"type":"exited","code":1,"signal":null,"uptime":2000,"expected":false,"attempt":1}
 * `;
 * lifecycle(({ managed, expectLifecycle }) => {
 *   expectLifecycle(managed(replay(incident), { restartAt: [] })).toBe('(sr) 1996ms (xg|)');
 * });
 * ```
 */
export function replay(recording: string, options: ReplayOptions = {}): FakeChild {
  checkArgument('recording', recording, lines);
  checkOptions(options, replayOptions);
  const { name, scheduler, origin } = options;
  const all = readRecording(recording);
  const names = new Set(all.map((event) => event.name));
  if (name === undefined && names.size > 1) {
    throw wrong(`the recording has several children: ${[...names].map(String).join(', ')}. Give one: { name: 'api' }.`);
  }
  const runs = groupByRun(all.filter((event) => name === undefined || event.name === name));
  if (runs.length === 0)
    throw wrong(
      `the recording has no runs${name === undefined ? '' : ` of '${name}'`}. Give the lines that record() wrote.`,
    );
  const readyAtSpawn = runs.some(isReadyAtSpawn);
  const scripts = runs.map((run) => scriptOf(run, readyAtSpawn));
  const saysReady = scripts.some(({ acts }) => acts.some(({ step }) => step.type === 'ready'));
  return fakeEffects({ scriptsOf: () => scripts, unknownProgram: () => 'spawn', saysReady, scheduler, origin });
}

function groupByRun(events: readonly Recorded[]): readonly (readonly Recorded[])[] {
  const runs = new Map<number, Recorded[]>();
  for (const event of events) runs.set(event.attempt, [...(runs.get(event.attempt) ?? []), event]);
  return [...runs.values()].filter((run) => run.some(({ type }) => type === 'spawned' || type === 'spawnFailed'));
}

/**
 * The maximum time from `spawned` to the `ready` of a spawn, in ms. They are one event of the process, but the clock may advance
 * between them. No program calls `ready()` that early.
 */
const AT_SPAWN = 5;

/** Whether `ready` came with `spawned`. Then no run of this child calls `ready()`: all have the same spec. */
function isReadyAtSpawn(run: readonly Recorded[]): boolean {
  return run.some(({ type, at }, index) => {
    const next = run[index + 1];
    return type === 'spawned' && next?.type === 'ready' && next.at - at <= AT_SPAWN;
  });
}

function scriptOf(run: readonly Recorded[], readyAtSpawn: boolean): Script {
  const [first] = run;
  const start = first?.at ?? 0;
  const stopping = stoppingOf(run);
  const stopRequested = stopping !== undefined && stopping.reason !== 'leftover';
  const acts = run.flatMap((event) => {
    const calledReady = event.type === 'ready' && !readyAtSpawn;
    const step = calledReady ? { type: 'ready' as const } : stepOf(event, stopRequested);
    return step === undefined ? [] : [{ at: event.at - start, step }];
  });
  return { acts, onStop: stopBehaviourOf(run, stopping) };
}

/** The `stopping` event before the end of the run, if there is one. */
function stoppingOf(run: readonly Recorded[]): Extract<Recorded, { type: 'stopping' }> | undefined {
  const end = run.findIndex(({ type }) => type === 'exited');
  return run.slice(0, end < 0 ? undefined : end).find((event) => event.type === 'stopping');
}

function stepOf(event: Recorded, stopRequested: boolean): ScriptStep | undefined {
  switch (event.type) {
    case 'spawned':
      return { type: 'spawn' };
    case 'output':
      return { type: 'output', stream: event.stream, text: event.text };
    case 'message':
      return { type: 'message', message: event.message };
    case 'exited':
      return stopRequested ? undefined : { type: 'exit', code: event.code, signal: event.signal };
    case 'spawnFailed':
      return { type: 'fail', code: event.code, message: event.message };
    default:
      return undefined;
  }
}

function stopBehaviourOf(run: readonly Recorded[], stopping: Recorded | undefined): StopBehaviour {
  if (run.some(({ type }) => type === 'killed')) return 'ignore';
  const exited = run.find(({ type }) => type === 'exited');
  return stopping === undefined || exited === undefined ? 0 : exited.at - stopping.at;
}

function wrong(problem: string): RxvisorError {
  return new RxvisorError('ERR_OPTION', `replay: ${problem}`);
}

const lines = checkThat(
  (value) => typeof value === 'string',
  'is not a recording. Give the lines that record() wrote, as a string.',
);
