import { describeError } from '../model/describeError.js';
import { settleOf } from '../model/settleOf.js';
import type { CommandResult, State, Status } from '../model/status.js';
import type { Supervisor } from '../supervise.js';
import { savedList } from './memoryFile.js';
import { matchSaved } from './matchSaved.js';
import type { ResurrectResult, SaveResult } from './protocol.js';
import { restarted } from './restarted.js';
import { awaitSettled } from './settled.js';

/** What a manager keeps beyond its life: which children there are, and which of them run. */
export interface SavedServices {
  readonly save: () => SaveResult;
  readonly resurrect: () => Resurrection;
}

/** What was begun, and, in `settled`, what became of it. */
export interface Resurrection extends ResurrectResult {
  readonly settled: Promise<ResurrectResult>;
}

export function savedServices(
  supervisor: Pick<Supervisor, 'describe' | 'start' | 'add' | 'restart'>,
  path: string,
): SavedServices {
  const file = savedList(path);
  const restarting = new Set<number | undefined>();
  return {
    save: () => {
      const children = supervisor
        .describe(() => true)
        // One that restarts at this moment is to run, and so is one that was given up.
        .map(({ status: { state }, spec, stops }) => ({ spec, stopped: state === 'stopped' || stops }));
      file.write(children);
      return { path, children: children.length };
    },
    resurrect: () => {
      const { children, problems } = file.read();
      const presence = matchSaved(
        children.map(({ spec }) => spec),
        supervisor.describe(() => true),
      );
      const started: Status[] = [];
      const results: Promise<readonly CommandResult[]>[] = [];
      const wrong = [...problems];
      for (const [index, { spec, stopped }] of children.entries()) {
        const there = presence[index];
        try {
          if (there === undefined) {
            const child = stopped ? supervisor.add(spec) : supervisor.start(spec);
            const now = supervisor.describe(child.id).map(({ status }) => status);
            started.push(...now);
            results.push(
              stopped ? Promise.resolve(now) : awaitSettled(child, settleOf(spec)).then((result) => [result]),
            );
          } else if (!stopped && isDown(there.state) && !restarting.has(there.id)) {
            // Events report what becomes of it. It may have to wait for its turn, and is down until then.
            restarting.add(there.id);
            results.push(restarted(supervisor, there.id ?? 0).finally(() => restarting.delete(there.id)));
            started.push(there);
          }
        } catch (error) {
          wrong.push(`${spec.name ?? 'a child without a name'}: ${describeError(error).message}`);
        }
      }
      const report: ResurrectResult = {
        path,
        started,
        kept: children.length - started.length - (wrong.length - problems.length),
        problems: wrong,
      };
      const settling = Promise.all(results).then((results) => ({ ...report, started: results.flat() }));
      return { ...report, settled: settling };
    },
  };
}

function isDown(state: State): boolean {
  return state === 'stopped' || state === 'failed' || state === 'stopping';
}
