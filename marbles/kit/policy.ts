import type { Observable, Subject } from 'rxjs';
import type { Act, ChildEvent, Command, Member } from '../../src/index.js';

/**
 * A policy as its page shows it and its test proves it. Times are written `2s 100ms`, letters take no time: `s 2s xb` is
 * s at 0, x and b at 2 s. `|` is completion; `...` at the end says that it would go on.
 */
export interface Policy {
  readonly title: string;
  /** What the diagram shows, in a sentence or two. */
  readonly prose: string;
  /** What letters mean that are this policy's own. */
  readonly legend?: Readonly<Record<string, string>>;
  readonly inputs: Inputs;
  /** When to stop looking, if it does not end before. Default: when it does. */
  readonly until?: string;
  readonly policy: (scene: Scene) => Observable<unknown>;
  /** What comes out, all of it; of several children, by name. */
  readonly expected: string | Readonly<Record<string, string>>;
}

export interface Inputs {
  /** The runs of the child, one after the other; the last one repeats. */
  readonly run$?: string | readonly string[];
  /** Several children, by name, and the runs of each. */
  readonly children?: Readonly<Record<string, readonly string[]>>;
  /** How many ms a child takes to stop when it is asked to. Default `50`. */
  readonly onStop?: number | 'ignore';
  /** `S` stop, `R` restart. */
  readonly command$?: string;
  /** Other streams, of letters, by name. */
  readonly streams?: Readonly<Record<string, string>>;
  /** What `o` says, in turn. Default `'output\n'` each time. */
  readonly outputs?: readonly string[];
}

export interface Scene {
  readonly run$: Observable<ChildEvent>;
  /** Actions on the current run of `run$`. */
  readonly act$: Subject<Act>;
  readonly command$: Subject<Command>;
  /** A child that restarts only when a group says so. */
  readonly child: (name: string) => Member;
  /** One of `streams`. */
  readonly stream$: (name: string) => Observable<string>;
}
