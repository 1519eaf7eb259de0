import type { SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { scheduler, text } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import { type FakeChild, fakeEffects } from './fakeEffects.js';
import type { Script, ScriptStep, StopBehaviour } from './fakeRun.js';
import { readRecording, type Recorded } from './record.js';

export interface ReplayOptions {
  /** Whose events to play, if several children were recorded. */
  readonly name?: string | undefined;
  /** Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
  /** The time that counts as 0 in what the fake notes. Default: that of the call. */
  readonly origin?: number | undefined;
}

const replayOptions: OptionChecks<ReplayOptions> = {
  name: text('a name'),
  scheduler,
  origin: checkThat(Number.isFinite, 'is not a time. Give milliseconds.'),
};

/**
 * A fake child that does again what a real one did when it was recorded: its output, messages and exits at their
 * times, run by run; the last one repeats. What the policies made of it at the time is not played: they are what is
 * tested.
 *
 * - A run that had been asked to stop goes on for as long as it is not, and then takes as long as it took; one that had
 *   to be killed is deaf.
 * - A run that was still on at the end of the recording goes on.
 *
 * @param recording what `record()` wrote: lines of JSON
 * @throws RxvisorError with code `ERR_OPTION` for what is no recording, or is one of several children
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
    throw wrong(`several children were recorded: ${[...names].map(String).join(', ')}. Say which: { name: 'api' }.`);
  }
  const runs = groupByRun(all.filter((event) => name === undefined || event.name === name));
  if (runs.length === 0)
    throw wrong(name === undefined ? 'there are no runs in it.' : `there are no runs of '${name}'.`);
  const scripts = runs.map(scriptOf);
  const saysReady = scripts.some(({ acts }) => acts.some(({ step }) => step.type === 'ready'));
  return fakeEffects({ scriptsOf: () => scripts, unknownProgram: () => 'spawn', saysReady, scheduler, origin });
}

function groupByRun(events: readonly Recorded[]): readonly (readonly Recorded[])[] {
  const runs = new Map<number, Recorded[]>();
  for (const event of events) runs.set(event.attempt, [...(runs.get(event.attempt) ?? []), event]);
  return [...runs.values()].filter((run) => run.some(({ type }) => type === 'spawned' || type === 'spawnFailed'));
}

function scriptOf(run: readonly Recorded[]): Script {
  const [first] = run;
  const start = first?.at ?? 0;
  // A child that is ready as it is spawned has not said so.
  const spawnedAt = run.find(({ type }) => type === 'spawned')?.at;
  const stopping = stoppingOf(run);
  const asked = stopping !== undefined && stopping.reason !== 'leftover';
  const acts = run.flatMap((event) => {
    const isReadySaid = event.type === 'ready' && event.at !== spawnedAt;
    const step = isReadySaid ? { type: 'ready' as const } : stepOf(event, asked);
    return step === undefined ? [] : [{ at: event.at - start, step }];
  });
  return { acts, onStop: stopBehaviourOf(run, stopping) };
}

/** How it came to be stopped, if it was still on. */
function stoppingOf(run: readonly Recorded[]): Extract<Recorded, { type: 'stopping' }> | undefined {
  const end = run.findIndex(({ type }) => type === 'exited');
  return run.slice(0, end < 0 ? undefined : end).find((event) => event.type === 'stopping');
}

function stepOf(event: Recorded, asked: boolean): ScriptStep | undefined {
  switch (event.type) {
    case 'spawned':
      return { type: 'spawn' };
    case 'output':
      return { type: 'output', stream: event.stream, text: event.text };
    case 'message':
      return { type: 'message', message: event.message };
    case 'exited':
      return asked ? undefined : { type: 'exit', code: event.code, signal: event.signal };
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
