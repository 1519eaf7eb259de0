import { escapeControls } from '../../model/show.js';
import type { Colour } from './paint.js';

/** The text and colour by which output refers to a child. */
export interface Label {
  readonly text: string;
  readonly colour: Colour;
}

/** The manager of a child, in JSON output. */
export interface ManagerSummary {
  readonly pid: number;
  readonly name?: string;
}

export interface LabelledChild {
  readonly id?: number;
  readonly name?: string;
  /** Given when children of several managers are shown. */
  readonly manager?: ManagerSummary;
}

/** The label of a child: its name, with control characters escaped. Without a name: `#ID`. */
export function labelOf({ name, id = 0 }: LabelledChild): Label {
  const colours = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;
  const text = name === undefined ? `#${id}` : escapeControls(name);
  return { text, colour: colours[id % colours.length] ?? 'cyan' };
}

/**
 * The label of a child among others: `web`; `web#2` if several have that name, as all instances of a service do;
 * `web#2@MANAGER` if children of several managers have that name and id.
 */
export function labelAmong(child: LabelledChild, children: readonly LabelledChild[]): Label {
  const { text, colour } = labelOf(child);
  const { name, id, manager } = child;
  const namesakes = children.filter((other) => other.name === name);
  const numbered = name !== undefined && namesakes.length > 1 ? `${text}#${String(id)}` : text;
  const isAmbiguous = manager !== undefined && namesakes.filter((other) => other.id === id).length > 1;
  return { text: isAmbiguous ? `${numbered}@${managerName(manager)}` : numbered, colour };
}

/** The name of a manager in tables and for `--manager`: `daemon`, or its pid. */
export function managerName({ pid, name }: ManagerSummary): string {
  return name === 'daemon' ? name : String(pid);
}
