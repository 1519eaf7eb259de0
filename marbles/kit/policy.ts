import type { Observable, Subject } from 'rxjs';
import type { Act, ChildEvent, Command, Member } from '../../src/index.js';

/**
 * A policy with its test and its diagram.
 *
 * Times are written as `2s 100ms`, and letters take no time: `s 2s xb` is s at 0, x and b at 2 s. `|` is completion. `...` at the
 * end: the stream continues.
 */
export interface Policy {
  readonly title: string;
  /** The text of the diagram: a few sentences. */
  readonly prose: string;
  /** The meaning of letters that only this policy uses. */
  readonly legend?: Readonly<Record<string, string>>;
  readonly inputs: Inputs;
  /** When to unsubscribe, if the stream does not end before. Default: never. */
  readonly until?: string;
  readonly policy: (scene: Scene) => Observable<unknown>;
  /** The complete output; for several children, by name. */
  readonly expected: string | Readonly<Record<string, string>>;
}

export interface Inputs {
  /** The runs of the child in order. The last one repeats. */
  readonly run$?: string | readonly string[];
  /** The runs of several children, by name. */
  readonly children?: Readonly<Record<string, readonly string[]>>;
  /** How many ms a child takes to stop. Default `50`. */
  readonly onStop?: number | 'ignore';
  /** `S` stop, `R` restart. */
  readonly command$?: string;
  /** Other streams of letters, by name. */
  readonly streams?: Readonly<Record<string, string>>;
  /** The texts of `o`, in order. Default `'output\n'` each time. */
  readonly outputs?: readonly string[];
}

export interface Scene {
  readonly run$: Observable<ChildEvent>;
  /** Actions on the current run of `run$`. */
  readonly act$: Subject<Act>;
  readonly command$: Subject<Command>;
  /** A child that only its group restarts. */
  readonly child: (name: string) => Member;
  /** One of `streams`. */
  readonly stream$: (name: string) => Observable<string>;
}
