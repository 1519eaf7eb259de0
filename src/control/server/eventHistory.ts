import { type Observable, Subscription } from 'rxjs';
import { isLogged } from '../../model/spec/logPlan.js';
import type { Status } from '../../model/status.js';
import type { Supervisor, SupervisorEvent } from '../../supervisor/supervise.js';
import { jsonSize } from '../protocol/frames.js';
import type { TimedEvent } from '../protocol/protocol.js';

/** What the manager keeps about each child, besides its status. */
export interface EventHistory {
  /** Metrics that the child reported in this run. */
  readonly metrics: (id: number) => Readonly<Record<string, unknown>>;
  /** The last lines of a stream that has no log file. */
  readonly recent: (id: number, stream: 'stdout' | 'stderr') => string;
  /** The last events of the child, `output` and `message` excluded. */
  readonly history: (id: number) => readonly TimedEvent[];
  readonly close: () => void;
}

interface Entry {
  readonly metrics: Map<string, unknown>;
  readonly recent: { stdout: string; stderr: string };
  readonly history: TimedEvent[];
}

const MAX_METRICS = 100;
const MAX_HISTORY = 20;
/** Maximum size of one metric as JSON, and of the kept lines of one stream, in UTF-16 code units. */
const MAX_METRIC = 4_096;
const MAX_RECENT = 65_536;

/** Keeps the last events, metrics and unlogged output of each child, within bounds. */
export function recordHistory({
  event$,
  status$,
  describe,
}: Pick<Supervisor, 'event$' | 'status$' | 'describe'>): EventHistory {
  const entries = new Map<number, Entry>();
  const subscription = new Subscription();
  subscription.add(follow(event$, add));
  subscription.add(follow(status$, forget));

  return {
    metrics: (id) => Object.fromEntries(entries.get(id)?.metrics ?? []),
    recent: (id, stream) => entries.get(id)?.recent[stream] ?? '',
    history: (id) => [...(entries.get(id)?.history ?? [])],
    close: () => {
      subscription.unsubscribe();
    },
  };

  function add(event: SupervisorEvent): void {
    if (event.type !== 'output' && event.type !== 'message') {
      const { history } = entryOf(event.id);
      history.push({ time: Date.now(), event });
      if (history.length > MAX_HISTORY) history.shift();
    }
    if (event.type === 'spawned') entryOf(event.id).metrics.clear();
    else if (event.type === 'message') addMetrics(event.id, event.message);
    else if (event.type === 'output' && !describe(event.id).some(({ spec }) => isLogged(spec, event.stream))) {
      const { recent } = entryOf(event.id);
      recent[event.stream] = lastLines(recent[event.stream] + event.text);
    }
  }

  function addMetrics(id: number, message: unknown): void {
    if (!isReport(message)) return;
    const { metrics } = entryOf(id);
    for (const [key, value] of Object.entries(message.data)) {
      const known = metrics.has(key) || (metrics.size < MAX_METRICS && key.length <= MAX_METRIC);
      if (known && jsonSize(value) <= MAX_METRIC) metrics.set(key, value);
    }
  }

  function entryOf(id: number): Entry {
    const entry: Entry = entries.get(id) ?? { metrics: new Map(), recent: { stdout: '', stderr: '' }, history: [] };
    entries.set(id, entry);
    return entry;
  }

  /** Deletes the entries of removed children. */
  function forget(statuses: readonly Status[]): void {
    if (entries.size <= statuses.length) return;
    const ids = new Set(statuses.map(({ id }) => id));
    for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
  }
}

/** The streams of a supervisor never error. */
function follow<T>(source$: Observable<T>, next: (value: T) => void): Subscription {
  return source$.subscribe({ next, error: () => undefined });
}

function isReport(message: unknown): message is { readonly data: object } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'axm:monitor' &&
    'data' in message &&
    typeof message.data === 'object' &&
    message.data !== null
  );
}

/** Cuts only at twice the size: a cut for each line would be slow. */
function lastLines(text: string): string {
  if (text.length <= 2 * MAX_RECENT) return text;
  const tail = text.slice(-MAX_RECENT);
  return tail.slice(tail.indexOf('\n') + 1);
}
