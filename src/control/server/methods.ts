import { firstValueFrom } from 'rxjs';
import * as v from 'valibot';
import type { Effects } from '../../model/effects.js';
import { RxvisorError } from '../../model/errors.js';
import type { RemoteConsole } from '../../model/remoteConsole.js';
import { inheritedEnv } from '../../model/schema/envSchema.js';
import { delay, flag, number, oneOf } from '../../model/schema/fields.js';
import { signals } from '../../model/signals.js';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { MAX_INSTANCES } from '../../model/spec/instance.js';
import type { CommandResult, Status, Usage } from '../../model/status.js';
import type { Target } from '../../model/target.js';
import { usageReader } from '../../sources/usage$.js';
import type { Supervisor } from '../../supervisor/supervise.js';
import { parsePortableSpec } from '../protocol/portableSpec.js';
import type { ControlMethods, ManagerInfo } from '../protocol/protocol.js';
import { targetSchema as target } from '../protocol/targetSchema.js';
import type { SavedServices } from '../saved/savedServices.js';
import { decodeParams } from './decodeParams.js';
import { describeChild } from './describeChild.js';
import type { EventHistory } from './eventHistory.js';
import { refuseStopAll } from './refuseStopAll.js';
import { reload, restartChildren } from './reload.js';
import { duplicateChildren, scaleServices, startResults } from './scale.js';

export type Methods = { readonly [M in Exclude<keyof ControlMethods, 'hello'>]: Method<ControlMethods[M]['result']> };

/** Checks the parameters of a request and runs it. */
export type Method<R = unknown> = (params: unknown) => R | Promise<R>;

export interface MethodsOptions {
  readonly supervisor: Supervisor;
  readonly history: EventHistory;
  readonly info: ManagerInfo;
  readonly savedList: SavedServices | undefined;
  readonly console: RemoteConsole | undefined;
  /** Whether services of several configs run in this manager. */
  readonly shared: boolean;
  readonly effects: Pick<Effects, 'sample$'>;
}

/** The methods that clients can call. Each checks its parameters before it does anything. */
export function createMethods({
  supervisor,
  history,
  info: { version },
  savedList,
  console,
  shared,
  effects,
}: MethodsOptions): Methods {
  const usage$ = usageReader(effects);
  const started = startResults(supervisor);
  /** For each service name, the last reload, duplicate or scale. The next one for that name waits until it is done. */
  const lastChange = new Map<string | undefined, Promise<unknown>>();

  return {
    ping: method(noParams, () => 'pong' as const),
    version: method(noParams, () => version),
    list: method(noParams, () => supervisor.describe(() => true).map(({ status }) => status)),
    describe: method(v.strictObject({ target, env: v.optional(flag), secrets: v.optional(flag) }), async (params) => {
      const { target, env: withEnv = false, secrets = false } = params;
      const usages = await readUsages(target);
      return supervisor
        .describe(target)
        .map((description) =>
          describeChild(description, history, usages.get(description.status.id ?? 0), { withEnv, secrets }),
        );
    }),
    usage: method(targetParams, async ({ target }) =>
      [...(await readUsages(target))].map(([id, usage]) => ({ id, ...usage })),
    ),
    start: method(v.strictObject({ spec: v.unknown() }), ({ spec }) => statusOf(started.start(parse(spec)))),
    startAll: method(v.strictObject({ specs: v.array(v.unknown()) }), ({ specs }) =>
      started.startAll(specs.map(parse)).map(statusOf),
    ),
    settled: method(targetParams, async ({ target }) =>
      Promise.all(supervisor.describe(target).map(async ({ status }) => started.of(status.id) ?? status)),
    ),
    stop: method(v.strictObject({ target, grace: v.optional(delay) }), async ({ target, grace }) =>
      supervisor.stop(target, grace === undefined ? {} : { grace }),
    ),
    restart: method(v.strictObject({ target, extendEnv }), async ({ target, extendEnv }) =>
      restartChildren(supervisor, target, extendEnv),
    ),
    reload: method(
      v.strictObject({ target, parallel: v.optional(parallel), extendEnv }),
      async ({ target, ...options }) => afterLastChange(target, async () => reload(supervisor, target, options)),
    ),
    delete: method(targetParams, async ({ target }) => supervisor.remove(target)),
    reset: method(targetParams, ({ target }) => supervisor.reset(target)),
    duplicate: method(targetParams, async ({ target }) =>
      afterLastChange(target, async () => duplicateChildren(supervisor, target)),
    ),
    scale: method(v.strictObject({ target, count }), async ({ target, count }) =>
      afterLastChange(target, async () => scaleServices(supervisor, target, count)),
    ),
    save: method(noParams, () => requireSavedList().save()),
    resurrect: method(noParams, async () => requireSavedList().resurrect().settled),
    signal: method(v.strictObject({ target, signal: oneOf('a signal', signals) }), ({ target, signal }) =>
      withRefusals(() => supervisor.signal(target, signal)),
    ),
    send: method(v.strictObject({ target, message: v.unknown() }), async ({ target, message }) =>
      supervisor.send(target, message),
    ),
    reopenLogs: method(targetParams, ({ target }) => withRefusals(() => supervisor.reopenLogs(target))),
    watch: method(v.strictObject({ target, on: v.optional(flag) }), async ({ target, on }) =>
      supervisor.watch(target, on),
    ),
    console: method(lineParams, async ({ line }) => (await requireConsole().run(line)) ?? null),
    complete: method(lineParams, async ({ line }) => requireConsole().complete(line)),
    shutdown: method(v.optional(v.strictObject({ grace: v.optional(delay) }), {}), async ({ grace }) =>
      supervisor.stopAll(grace === undefined ? {} : { grace }),
    ),
  };

  function parse(value: unknown): ChildSpec {
    const spec = parsePortableSpec(value);
    if (shared) refuseStopAll(spec);
    return spec;
  }

  async function afterLastChange<T>(target: Target, work: () => Promise<T>): Promise<T> {
    const names = new Set(supervisor.describe(target).map(({ status }) => status.name));
    const mine = Promise.all([...names].map(async (name) => lastChange.get(name))).then(work);
    const over = mine
      .catch(() => undefined)
      .then(() => {
        for (const name of names) if (lastChange.get(name) === over) lastChange.delete(name);
      });
    for (const name of names) lastChange.set(name, over);
    return mine;
  }

  async function readUsages(target: Target): Promise<ReadonlyMap<number, Usage>> {
    const statuses = supervisor.describe(target).map(({ status }) => status);
    return firstValueFrom(usage$(statuses), { defaultValue: new Map<number, Usage>() });
  }

  function requireSavedList(): SavedServices {
    if (savedList !== undefined) return savedList;
    throw new RxvisorError(
      'ERR_OPTION',
      'savedList: this manager has no saved list. Use the background manager, or give serveControl$ a savedList path.',
    );
  }

  function requireConsole(): RemoteConsole {
    if (console !== undefined) return console;
    const remedy = 'A session has one: serveControl$(session.supervisor, { console: session.console }).';
    throw new RxvisorError('ERR_OPTION', `console: this manager has no console. ${remedy}`);
  }

  function statusOf(id: number): Status {
    const [description] = supervisor.describe(id);
    if (description === undefined) throw new Error(`child ${String(id)} was removed`);
    return description.status;
  }

  /** Adds `refused` to the results. A command that is impossible now emits `refused` synchronously. */
  function withRefusals(command: () => readonly Status[]): readonly CommandResult[] {
    const refused = new Map<number, string>();
    const listening = supervisor.event$.subscribe({
      next: (event) => {
        if (event.type === 'refused') refused.set(event.id, event.reason);
      },
      error: () => undefined,
    });
    try {
      return command().map((status) => {
        const reason = refused.get(status.id ?? 0);
        return reason === undefined ? status : { ...status, refused: reason };
      });
    } finally {
      listening.unsubscribe();
    }
  }
}

const noParams = v.optional(v.strictObject({}));
const lineParams = v.strictObject({ line: v.string() });
const targetParams = v.strictObject({ target });
const extendEnv = v.optional(inheritedEnv);
const count = number(
  'a number of children',
  `Give 1 to ${String(MAX_INSTANCES)}. To have none, delete the service.`,
  1,
  MAX_INSTANCES,
  true,
);
const parallel = number(
  'a number of children at a time',
  `Give 1 to ${String(MAX_INSTANCES)}.`,
  1,
  MAX_INSTANCES,
  true,
);

function method<S extends v.GenericSchema, R>(
  schema: S,
  answer: (params: v.InferOutput<S>) => R | Promise<R>,
): Method<R> {
  return (params) => answer(decodeParams(schema, params));
}
