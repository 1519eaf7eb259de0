import { maskSecrets, maskTexts } from '../../model/mask.js';
import { show } from '../../model/show.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { logFilesOf } from '../../model/spec/logPlan.js';
import type { Description, Usage } from '../../model/status.js';
import type { ControlDescription } from '../protocol/protocol.js';
import type { EventHistory } from './eventHistory.js';

/** Which sensitive parts to show. */
interface DescribeVisibility {
  readonly withEnv: boolean;
  readonly secrets: boolean;
}

/** Describes a child. Adds its environment only with `withEnv`; masks secrets unless `secrets` is true. */
export function describeChild(
  { status, spec: { extendEnv, env: ownEnv = {}, ...rest } }: Pick<Description, 'status' | 'spec'>,
  history: Pick<EventHistory, 'metrics' | 'history'>,
  usage: Usage | undefined,
  { withEnv, secrets }: DescribeVisibility,
): ControlDescription {
  const id = status.id ?? 0;
  const inherits = typeof extendEnv === 'object';
  const env = { ...(inherits && extendEnv), ...ownEnv };
  // A service of `start` inherits the environment of that command. Only `withEnv` shows it.
  const spec = inherits || extendEnv === undefined ? rest : { ...rest, extendEnv };
  const all: ControlDescription = {
    status,
    spec: printableSpec(spec),
    logs: logFilesOf(spec).map(({ path }) => path),
    metrics: history.metrics(id),
    ...(usage !== undefined && { usage }),
    history: history.history(id),
    ...(withEnv && { env: definedEntries(env) }),
  };
  if (secrets) return all;
  const named = maskSecrets({ spec: all.spec, ...(all.env !== undefined && { env: all.env }) });
  return { ...maskTexts(all), ...named };
}

function definedEntries(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** Functions and regular expressions, which JSON would lose, become text. */
function printableSpec(spec: Omit<ChildSpec, 'env'>): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(spec, (_key, value: unknown) =>
    typeof value === 'function' || value instanceof RegExp ? show(value) : value,
  );
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- an object goes in, an object comes out
  return JSON.parse(text) as Record<string, unknown>;
}
