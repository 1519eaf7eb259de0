import type { ChildProcess } from 'node:child_process';
import { concat, EMPTY, fromEvent, map, merge, mergeMap, type Observable, of } from 'rxjs';
import { blocks$ } from './blocks$.js';
import type { Guardian } from './guardian.js';
import type { ProcessEvent, OutputReading } from './spawnProcess.js';
import { textBlocks$ } from './textBlocks$.js';

interface DrainedReading extends OutputReading {
  /** Emits when what the pipes hold at this moment is to be read. */
  readonly drain$: Observable<void>;
}

/** The events of the operating system and of a running program, in their order. */
export function processEvent$(
  child: ChildProcess,
  reading: DrainedReading,
  { failed$ }: Guardian,
): Observable<ProcessEvent> {
  const unguarded$ = failed$.pipe(map((error): ProcessEvent => ({ type: 'unguarded', error })));
  return merge(
    fromEvent(child, 'spawn', (): ProcessEvent => ({ type: 'spawn' })).pipe(
      mergeMap((spawn) => concat(of(spawn), unguarded$)),
    ),
    fromEvent(child, 'message', (message: unknown, handle: unknown): ProcessEvent => ({
      type: 'message',
      message,
      handle,
    })),
    fromEvent(child, 'exit', (code: number | null, signal: NodeJS.Signals | null): ProcessEvent => ({
      type: 'exit',
      code,
      signal,
    })),
    concat(
      merge(output$(child, 'stdout', reading), output$(child, 'stderr', reading)),
      of<ProcessEvent>({ type: 'drained' }),
    ),
  );
}

function output$(child: ChildProcess, stream: 'stdout' | 'stderr', reading: DrainedReading): Observable<ProcessEvent> {
  const pipe = child[stream];
  if (pipe === null) return EMPTY;
  return reading.raw
    ? blocks$(pipe, reading, reading.scheduler).pipe(
        map(({ data, cut }) => ({ type: 'bytes', stream, chunks: data, cut })),
      )
    : textBlocks$(pipe, reading, reading.scheduler).pipe(map((block) => ({ type: 'output', stream, ...block })));
}
