/**
 * An error that can cross to another process. JSON-safe.
 *
 * An error among `cause`, `errors` and `fields` is `{ error }`, an object `{ value }`; `{ circular: n }` is the n-th error
 * outward, 0 for the error itself.
 */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly cause?: unknown;
  /** The built-in class, where that is not `Error`: `'TypeError'`, `'DOMException'`. */
  readonly type?: string;
  /** Of an AggregateError. */
  readonly errors?: readonly unknown[];
  /** Own fields, as far as JSON can carry them. */
  readonly fields?: Readonly<Record<string, unknown>>;
}
