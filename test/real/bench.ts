import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { filter, firstValueFrom, lastValueFrom, ReplaySubject, Subject, toArray } from 'rxjs';
import { expect } from 'vitest';
import { eventually } from '../eventually.js';
import { type ChildEvent, type ChildSpec, type Command, type Effects, managed$, nodeEffects } from '../../src/index.js';
import { liveGroups } from '../groupAlive.js';

/** A child under observation. */
export interface Watched {
  readonly events: readonly ChildEvent[];
  readonly sendCommand: (command: Command) => void;
  /** The first event of a type, from the beginning on, for which the test holds. */
  readonly seen: <T extends ChildEvent['type']>(
    type: T,
    test?: (event: Extract<ChildEvent, { type: T }>) => boolean,
  ) => Promise<Extract<ChildEvent, { type: T }>>;
  /** The first line of output that matches. */
  readonly said: (line: RegExp) => Promise<RegExpExecArray>;
  /** All events, once the last one has come. */
  readonly ended: () => Promise<readonly ChildEvent[]>;
  /** Stops it, and gives all events. */
  readonly stop: (grace?: number) => Promise<readonly ChildEvent[]>;
  readonly unsubscribe: () => void;
  readonly output: (stream?: 'stdout' | 'stderr') => string;
}

const watched: Watched[] = [];
const pids = new Set<number>();
const folders: string[] = [];
let isUsed = false;
let handlesBefore = 0;

/** Runs a spec for real; what is left of it at the end of the test is stopped. `onEvent` gets each event first. */
export function watch(
  spec: ChildSpec,
  effects: Effects = nodeEffects,
  onEvent: (event: ChildEvent) => void = () => undefined,
): Watched {
  const command$ = new Subject<Command>();
  const replay$ = new ReplaySubject<ChildEvent>(Infinity);
  const events: ChildEvent[] = [];
  replay$.subscribe((event) => {
    onEvent(event);
    events.push(event);
    if (event.type === 'spawned') pids.add(event.pid);
  });
  const subscription = managed$(spec, command$, { effects }).subscribe(replay$);
  const isA =
    <T extends ChildEvent['type']>(type: T, test: (event: Extract<ChildEvent, { type: T }>) => boolean) =>
    (event: ChildEvent): event is Extract<ChildEvent, { type: T }> =>
      event.type === type && test(event as Extract<ChildEvent, { type: T }>);
  const output = (stream?: 'stdout' | 'stderr'): string =>
    events
      .map((event) => (event.type === 'output' && (stream ?? event.stream) === event.stream ? event.text : ''))
      .join('');
  const ended = async (): Promise<readonly ChildEvent[]> => lastValueFrom(replay$.pipe(toArray()));
  const child: Watched = {
    events,
    output,
    sendCommand: (command) => {
      command$.next(command);
    },
    seen: async (type, test = () => true) => firstValueFrom(replay$.pipe(filter(isA(type, test)))),
    said: async (line) => {
      const pattern = new RegExp(line.source, 'm');
      await firstValueFrom(replay$.pipe(filter((event) => event.type === 'output' && pattern.test(output()))));
      return pattern.exec(output())!;
    },
    ended,
    stop: async (grace) => {
      command$.next({ type: 'stop', grace });
      return ended();
    },
    unsubscribe: () => {
      subscription.unsubscribe();
      replay$.complete();
    },
  };
  watched.push(child);
  isUsed = true;
  return child;
}

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'rxvisor-'));
  folders.push(path);
  isUsed = true;
  return path;
}

export function fixture(name: string): string {
  isUsed = true;
  return resolve('test/fixtures', name);
}

export function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** The types of the events, `output` apart: how much comes at once is for the pipe to say. */
export function typesOf(events: readonly ChildEvent[]): string[] {
  return events
    .map((event) => (event.type === 'stopping' ? `stopping ${event.reason}` : event.type))
    .filter((type) => type !== 'output');
}

export function exits(events: readonly ChildEvent[]): Extract<ChildEvent, { type: 'exited' }>[] {
  return events.filter((event) => event.type === 'exited');
}

/** Whether a process runs, zombies not counted. */
export function runs(pid: number): boolean {
  try {
    const stat = read(`/proc/${pid}/stat`);
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** Handles of this process that a child could leave behind. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap' || kind === 'PipeWrap').length;
}

/** For the setup file: a new spec file begins. */
export function beginFile(): void {
  isUsed = false;
  handlesBefore = handles();
}

/** For the setup file: stops the children of a test, checks that nothing is left of them, and removes the folders. */
export async function cleanUp(): Promise<void> {
  if (!isUsed) return; // the file has its own ways
  await Promise.all(watched.splice(0).map(async (child) => child.stop(0)));
  await eventually(() => {
    expect(liveGroups(pids), 'process groups').toEqual([]);
    expect(handles(), 'handles').toBeLessThanOrEqual(handlesBefore);
    expect(nodeEffects.logs.size, 'open logs').toBe(0);
  });
  pids.clear();
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
}
