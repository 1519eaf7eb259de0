import type { Exited, Message, Output, SpawnFailed } from '../model/childEvent.js';

/** What a fake child does: lines it writes, a code it exits with, or either in full, with the fields of its event. */
export type FakeAction =
  | string
  | number
  | ({ readonly type: 'output' } & Pick<Output, 'text'> & Partial<Pick<Output, 'stream'>>)
  | ({ readonly type: 'message' } & Pick<Message, 'message'>)
  | ({ readonly type: 'exited' } & Partial<Pick<Exited, 'code' | 'signal'>>)
  | ({ readonly type: 'spawnFailed' } & Partial<Pick<SpawnFailed, 'code' | 'message'>>);

/** What it does when it is asked to stop: ends after so many ms, or nothing. By signal, if need be. */
export type StopBehaviour = number | 'ignore' | ((signal: NodeJS.Signals) => number | 'ignore');

/** One run, act by act; times in ms from the spawn. */
export interface Script {
  readonly acts: readonly { readonly at: number; readonly step: ScriptStep }[];
  readonly onStop: StopBehaviour;
}

export type ScriptStep =
  | { readonly type: 'spawn' }
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'exit'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
  | { readonly type: 'fail'; readonly code: string; readonly message: string };
