/** An error without its own fields. Pools and sessions send errors in parts: see packErrors.ts and errorLike.ts. */
export interface ErrorIdentity {
  /** The name of the built-in class. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Reads the identity of an error. It does not throw, even if a getter does. */
export function identityOf(error: object): ErrorIdentity {
  const stack = read(error, 'stack');
  return {
    type: typeOf(error),
    name: textOf(read(error, 'name') ?? 'Error'),
    message: textOf(read(error, 'message') ?? ''),
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

/** The own fields of an error that are not part of its identity, and an inherited `code`. Leaves out getters that throw. */
export function fieldsOf(error: object): (readonly [key: string, value: unknown])[] {
  const keys = new Set(Object.keys(error));
  for (const key of HIDDEN) if (Object.hasOwn(error, key)) keys.add(key);
  // A DOMException derives its code from its name.
  if (!keys.has('code') && isCode(read(error, 'code')) && typeOf(error) !== 'DOMException') keys.add('code');
  for (const key of IDENTITY) keys.delete(key);
  return [...keys].flatMap((key) => {
    try {
      const value: unknown = Reflect.get(error, key);
      return [[key, value] as const];
    } catch {
      return [];
    }
  });
}

/** Makes an error of its class and its identity, without fields. */
export function errorFrom({ type, name, message, stack }: ErrorIdentity): Error {
  const make = Object.hasOwn(constructors, type) ? constructors[type] : undefined;
  const error = make?.(message, name) ?? new Error(message);
  // Defined, not assigned: data from another process must not call setters. `name` and `stack` stay non-enumerable.
  if (error.name !== name) define(error, 'name', name, false);
  define(error, 'stack', stack ?? `${name}: ${message}`, false);
  return error;
}

/** Defines a field that {@link fieldsOf} returned. */
export function setField(error: Error, key: string, value: unknown): void {
  define(error, key, value, !HIDDEN.includes(key));
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}

/** The error classes of JavaScript and the web platform that can be constructed from a name and a message. */
const constructors: Readonly<Record<string, (message: string, name: string) => Error>> = {
  AggregateError: (message) => new AggregateError([], message),
  DOMException: (message, name) => new DOMException(message, name),
  Error: (message) => new Error(message),
  EvalError: (message) => new EvalError(message),
  RangeError: (message) => new RangeError(message),
  ReferenceError: (message) => new ReferenceError(message),
  SyntaxError: (message) => new SyntaxError(message),
  TypeError: (message) => new TypeError(message),
  URIError: (message) => new URIError(message),
};

/** Own fields of an error that are sent although they are not enumerable. */
const HIDDEN = ['cause', 'errors'];
const IDENTITY = ['name', 'message', 'stack'];

/** Compares names of classes, not classes: an error of another realm (`node:vm`) has other classes. */
function typeOf(error: object): string {
  for (let proto = protoOf(error); proto !== null; proto = protoOf(proto)) {
    const constructor = Object.hasOwn(proto, 'constructor') ? read(proto, 'constructor') : undefined;
    if (typeof constructor === 'function' && Object.hasOwn(constructors, constructor.name)) return constructor.name;
  }
  return 'Error';
}

function protoOf(value: object): object | null {
  const proto: unknown = Object.getPrototypeOf(value);
  return typeof proto === 'object' ? proto : null;
}

/** Undefined if a getter throws. */
function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

function isCode(code: unknown): boolean {
  return typeof code === 'string' || typeof code === 'number';
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
