import { filter, firstValueFrom, map, takeUntil, withLatestFrom } from 'rxjs';
import type { ChildSpec } from '../../model/spec/childSpec.js';
import { instanceOf, withInstance } from '../../model/spec/instance.js';
import { settleTime } from '../../model/startProgress.js';
import type { CommandResult, Description } from '../../model/status.js';
import type { Target } from '../../model/target.js';
import { startOutcome } from '../../operators/startOutcome.js';
import { serviceKey } from '../../process/resolveSpec.js';
import type { Child, Supervisor } from '../../supervisor/supervise.js';

/**
 * Scales each service to `count` children: duplicates its last child, or deletes its last ones. Resolves when the new
 * children are up or have failed, and the deleted ones are gone.
 */
export async function scaleServices(
  supervisor: Supervisor,
  target: Target,
  count: number,
): Promise<readonly CommandResult[]> {
  const services = groupByService(supervisor.describe(target));
  return (await Promise.all(services.map(async (present) => scaleService(supervisor, present, count)))).flat();
}

/** Starts one more child of each service. Resolves when the new children are up or have failed. */
export async function duplicateChildren(supervisor: Supervisor, target: Target): Promise<readonly CommandResult[]> {
  return Promise.all(supervisor.describe(target).map(async (description) => startCopy(supervisor, description)));
}

/**
 * Results of the starts that clients requested. They are observed from the first event on, so clients can ask later.
 */
export interface StartResults {
  /** Starts a child and returns its id. */
  readonly start: (spec: ChildSpec) => number;
  /** Starts children together, or none of them. Returns their ids. */
  readonly startAll: (specs: readonly ChildSpec[]) => readonly number[];
  /** The result of a start; undefined for a child that was not started here, or is gone. */
  readonly of: (id: number | undefined) => Promise<CommandResult> | undefined;
}

export function startResults(supervisor: Pick<Supervisor, 'start' | 'startAll'>): StartResults {
  const results = new Map<number | undefined, Promise<CommandResult>>();
  return {
    start: (spec) => observe(supervisor.start(spec), spec),
    startAll: (specs) => supervisor.startAll(specs).map((child, index) => observe(child, specs[index] ?? {})),
    of: (id) => results.get(id),
  };

  function observe(child: Child, spec: ChildSpec): number {
    const { id, event$ } = child;
    results.set(id, awaitSettled(child, settleTime(spec)));
    const forget = (): void => void results.delete(id);
    event$.subscribe({ complete: forget, error: forget });
    return id;
  }
}

/**
 * Waits for the result of a start. Resolves with the status when the child has been ready for `settle` ms, or when it
 * has failed to start; `refused` then says why.
 */
export async function awaitSettled({ event$, status$ }: Child, settle: number): Promise<CommandResult> {
  const over$ = status$.pipe(filter(({ state }) => state === 'stopped' || state === 'failed'));
  const outcome$ = startOutcome(settle)(event$.pipe(takeUntil(over$)));
  // eslint-disable-next-line rxjs-x/no-ignored-default-value -- it always emits one outcome
  return firstValueFrom(
    outcome$.pipe(
      withLatestFrom(status$),
      map(([{ refused }, status]) => (refused === undefined ? status : { ...status, refused })),
    ),
  );
}

/** Groups children by service. Services with the same name but different scripts are different services. */
export function groupByService(descriptions: readonly Description[]): readonly (readonly Description[])[] {
  const services = new Map<string, Description[]>();
  for (const description of descriptions) {
    const key = serviceKey(description.spec);
    services.set(key, [...(services.get(key) ?? []), description]);
  }
  return [...services.values()];
}

async function scaleService(
  supervisor: Supervisor,
  descriptions: readonly Description[],
  count: number,
): Promise<readonly CommandResult[]> {
  const present = descriptions.toSorted((a, b) => instanceNumber(a) - instanceNumber(b));
  const last = present.at(-1);
  if (last === undefined) return [];
  const kept = present.slice(0, count).map(({ status }) => status.id);
  const over = new Set(present.slice(count).map(({ status }) => status.id));
  const more = Array.from({ length: count - kept.length }, async () => startCopy(supervisor, last));
  const fresh = await Promise.all(more);
  await supervisor.remove(({ id }) => over.has(id));
  const refusals = new Map(fresh.map(({ id, refused }) => [id, refused]));
  return supervisor
    .describe(({ id }) => kept.includes(id) || refusals.has(id))
    .map(({ status }) => {
      const refused = refusals.get(status.id) ?? (status.state === 'failed' ? FAILED : undefined);
      return refused === undefined ? status : { ...status, refused };
    });
}

const FAILED = 'it has failed. Restart it to run it again.';

/** Instances are sorted by number, not by id: an instance that was deleted and added again has a later id. */
function instanceNumber({ status }: Description): number {
  return status.instance ?? 0;
}

/**
 * Starts one more child of a service, with the lowest free `RXVISOR_INSTANCE`. A child without an instance number
 * counts as number 0. Resolves when the new child is up or has failed.
 */
async function startCopy(
  supervisor: Pick<Supervisor, 'describe' | 'start'>,
  { spec }: Description,
): Promise<CommandResult> {
  const service = serviceKey(spec);
  const family = supervisor
    .describe(({ name }) => name === spec.name)
    .map((each) => each.spec)
    .filter((each) => serviceKey(each) === service);
  return awaitSettled(supervisor.start(withInstance(spec, freeInstance(family))), settleTime(spec));
}

function freeInstance(family: readonly ChildSpec[]): number {
  const taken = new Set(family.map((each) => instanceOf(each) ?? 0));
  let instance = 0;
  while (taken.has(instance)) instance += 1;
  return instance;
}
