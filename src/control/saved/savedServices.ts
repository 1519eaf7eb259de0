import { isRecord } from '../../model/check.js';
import { describeError } from '../../model/errors.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { dependenciesFirst } from '../../model/spec/dependsOn.js';
import { savedSpec } from '../../model/spec/inheritedEnv.js';
import { instanceOf } from '../../model/spec/instance.js';
import { settleTime } from '../../model/startProgress.js';
import type { CommandResult, Description, State, Status } from '../../model/status.js';
import { serviceKey } from '../../process/resolveSpec.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { portableSpec } from '../protocol/portableSpec.js';
import type { ResurrectResult, SaveResult } from '../protocol/protocol.js';
import { restartChildren } from '../server/reload.js';
import { awaitSettled } from '../server/scale.js';
import { savedList } from './savedList.js';

/** Saves the children of a supervisor, and starts them again. */
export interface SavedServices {
  readonly save: () => SaveResult;
  readonly resurrect: () => Resurrection;
}

/** The starts that were requested. `settled` resolves with their results. */
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
        // A child that is restarting, or has failed, is saved as running.
        .map(({ status: { state }, spec, stops }) => ({
          spec: savedSpec(spec),
          stopped: state === 'stopped' || stops,
        }));
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
      const allProblems = [...problems];
      const ordered = dependenciesFirst(
        children.map((child, index) => ({ ...child, index, name: child.spec.name, dependsOn: child.spec.dependsOn })),
      );
      for (const { index, spec, stopped } of ordered) {
        const existing = presence[index];
        try {
          if (existing === undefined) {
            const child = stopped ? supervisor.add(spec) : supervisor.start(spec);
            const now = supervisor.describe(child.id).map(({ status }) => status);
            started.push(...now);
            results.push(
              stopped ? Promise.resolve(now) : awaitSettled(child, settleTime(spec)).then((result) => [result]),
            );
          } else if (!stopped && isDown(existing.state) && !restarting.has(existing.id)) {
            // A restart may wait for its turn. Until then the child is still down: do not restart it twice.
            restarting.add(existing.id);
            results.push(restartChildren(supervisor, existing.id ?? 0).finally(() => restarting.delete(existing.id)));
            started.push(existing);
          }
        } catch (error) {
          allProblems.push(`${spec.name ?? 'a child without a name'}: ${describeError(error).message}`);
        }
      }
      const report: ResurrectResult = {
        path,
        started,
        kept: children.length - started.length - (allProblems.length - problems.length),
        problems: allProblems,
      };
      const settling = Promise.all(results).then((results) => ({ ...report, started: results.flat() }));
      return { ...report, settled: settling };
    },
  };
}

function isDown(state: State): boolean {
  return state === 'stopped' || state === 'failed' || state === 'stopping';
}

/**
 * Finds an existing child for each saved spec: first a child with the same spec, then the same instance of the same
 * service. The specs may differ because the service was started again from another shell, or reloaded. Each child
 * matches once.
 *
 * @returns the status of the child for each spec; undefined when there is none
 */
function matchSaved(
  specs: readonly ChildSpec[],
  present: readonly Pick<Description, 'status' | 'spec'>[],
): readonly (Status | undefined)[] {
  const found = new Map<number, Status>();
  const left = new Set(present);
  for (const keyOf of [specKey, instanceKey]) {
    const byKey = new Map<string, Pick<Description, 'status' | 'spec'>[]>();
    for (const child of left) {
      const key = keyOf(child.spec);
      byKey.set(key, [...(byKey.get(key) ?? []), child]);
    }
    for (const [index, spec] of specs.entries()) {
      const match = found.has(index) ? undefined : byKey.get(keyOf(spec))?.shift();
      if (match === undefined) continue;
      found.set(index, match.status);
      left.delete(match);
    }
  }
  return specs.map((_, index) => found.get(index));
}

/** Equal for equal specs, regardless of the order of fields. */
function specKey(spec: ChildSpec): string {
  try {
    return JSON.stringify(portableSpec(spec), sortKeys);
  } catch {
    // A spec that cannot be saved is never in the saved list.
    return '';
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
}

function instanceKey(spec: ChildSpec): string {
  return JSON.stringify([serviceKey(spec), instanceOf(spec) ?? null]);
}
