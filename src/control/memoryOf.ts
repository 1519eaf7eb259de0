import { describeError } from '../model/describeError.js';
import type { State, Status } from '../model/status.js';
import type { Supervisor } from '../supervise.js';
import { memoryFile } from './memoryFile.js';
import { portableSpec } from './portableSpec.js';
import type { Resurrected, Saved } from './protocol.js';

/** What a manager keeps beyond its life: which children there are, and which of them run. */
export interface Memory {
  readonly save: () => Saved;
  readonly resurrect: () => Resurrected;
}

export function memoryOf(supervisor: Pick<Supervisor, 'describe' | 'start' | 'add' | 'restart'>, path: string): Memory {
  const file = memoryFile(path);
  return {
    save: () => {
      const children = supervisor
        .describe(() => true)
        .map(({ status, spec }) => ({ spec, stopped: isDown(status.state) && status.state !== 'failed' }));
      file.write(children);
      return { path, children: children.length };
    },
    resurrect: () => {
      const { children, problems } = file.read();
      const present = new Map<string, Status[]>();
      for (const { status, spec } of supervisor.describe(() => true)) {
        const key = keyOf(spec);
        present.set(key, [...(present.get(key) ?? []), status]);
      }
      const started: Status[] = [];
      const wrong = [...problems];
      for (const { spec, stopped } of children) {
        const there = present.get(keyOf(spec))?.shift();
        try {
          if (there === undefined) {
            const { id } = stopped ? supervisor.add(spec) : supervisor.start(spec);
            started.push(...supervisor.describe(id).map(({ status }) => status));
          } else if (!stopped && isDown(there.state)) {
            // What becomes of it is told by events.
            void supervisor.restart(there.id ?? 0);
            started.push(there);
          }
        } catch (error) {
          wrong.push(`${spec.name ?? 'a child without a name'}: ${describeError(error).message}`);
        }
      }
      return {
        path,
        started,
        kept: children.length - started.length - (wrong.length - problems.length),
        problems: wrong,
      };
    },
  };
}

function isDown(state: State): boolean {
  return state === 'stopped' || state === 'failed' || state === 'stopping';
}

/** What is started by the same spec is the same. */
function keyOf(spec: Parameters<typeof portableSpec>[0]): string {
  try {
    return JSON.stringify(portableSpec(spec));
  } catch {
    // It was not remembered, then.
    return '';
  }
}
