import type { CommandResult, Status } from '../model/status.js';
import { matches, type Target } from '../model/target.js';
import type { Child } from './child.js';
import type { ChangeableChild } from './planChild.js';
import type { SupervisedChild } from './supervisedChild.js';
import type { ChildRestartOptions } from './supervisor.js';
import { checkServices, checkStop } from './supervisorOptions.js';

/** The children of a supervisor. Two children may have the same id: one that is being replaced, and its successor. */
export interface ChildList extends Iterable<ListedChild> {
  readonly add: (entry: SupervisedChild, details: ListedDetails) => Child;
  readonly select: (target: Target) => readonly ListedChild[];
  /** Stops a child, then removes it. */
  readonly remove: (child: ListedChild) => Promise<Status>;
}

export interface ListedChild extends Omit<SupervisedChild, 'restart'>, Pick<ChangeableChild, 'spec'> {
  readonly handle: Child;
  /** Replaces the inherited environment if there is a new one, then restarts the child. */
  readonly restart: (options: ChildRestartOptions) => Promise<CommandResult>;
  /** Whether it has listened on a shared address. */
  readonly listens: () => boolean;
}

type ListedDetails = Pick<ListedChild, 'listens'> & Pick<ChangeableChild, 'spec' | 'inherit'>;

/** Makes an empty list. `onChange` is called after each addition and removal, then `onRemoved` after a removal. */
export function childList(onChange: () => void, onRemoved: (child: Child) => void): ChildList {
  let children = new Set<ListedChild>();
  // A lookup by id is called for each event, so it must not search all children.
  const byId = new Map<number, readonly ListedChild[]>();

  return { add, select, remove, [Symbol.iterator]: () => children[Symbol.iterator]() };

  function add(entry: SupervisedChild, { spec, listens, inherit }: ListedDetails): Child {
    const { child, start, waitFor, giveUp, stop } = entry;
    const handle: Child = {
      ...child,
      start,
      waitFor: (services) => {
        if (services !== undefined) checkServices('services', services);
        waitFor(services);
      },
      giveUp: (dependencies) => {
        checkServices('dependencies', dependencies);
        giveUp(dependencies);
      },
      stop: async (options = {}) => {
        checkStop(options);
        return stop(options.grace);
      },
      remove: async () => remove(listed),
    };
    const listed: ListedChild = {
      ...entry,
      handle,
      spec,
      listens,
      restart: async ({ settle, extendEnv }) => {
        if (extendEnv !== undefined) inherit(extendEnv);
        return entry.restart(settle);
      },
    };
    const others = byId.get(child.id) ?? [];
    children = withSuccessor(children, others.at(-1), listed);
    byId.set(child.id, [...others, listed]);
    onChange();
    return handle;
  }

  function select(target: Target): readonly ListedChild[] {
    const found = typeof target === 'number' ? byId.get(target) : undefined;
    if (found !== undefined) return found;
    const isTarget = matches(target);
    return [...children].filter(({ status }) => isTarget(status()));
  }

  async function remove(listed: ListedChild): Promise<Status> {
    const { id } = listed.child;
    const status = await listed.remove();
    if (children.delete(listed)) {
      const others = (byId.get(id) ?? []).filter((each) => each !== listed);
      if (others.length > 0) byId.set(id, others);
      else byId.delete(id);
      onChange();
      onRemoved(listed.handle);
    }
    return status;
  }
}

/** Adds a child after the one that it will replace, so that a list keeps its order over a reload. */
function withSuccessor(
  children: Set<ListedChild>,
  replaced: ListedChild | undefined,
  child: ListedChild,
): Set<ListedChild> {
  if (replaced === undefined) return children.add(child);
  return new Set([...children].flatMap((each) => (each === replaced ? [each, child] : [each])));
}
