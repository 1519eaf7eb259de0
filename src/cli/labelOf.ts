import { escapeControls } from '../model/visible.js';
import type { Colour } from './paintIn.js';

export interface Label {
  readonly text: string;
  readonly colour: Colour;
}

/** What a service is called on the screen, and in which colour: a name is optional, and need not be fit to print. */
export function labelOf({ name, id = 0 }: { readonly name?: string; readonly id?: number }): Label {
  const colours = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const;
  const text = name === undefined ? `#${id}` : escapeControls(name);
  return { text, colour: colours[id % colours.length] ?? 'cyan' };
}
