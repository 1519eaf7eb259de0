/** The errors that JavaScript and the web platform define, as far as they can be made again on the other side. */
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

/** Own fields of an error that are not enumerable, and are sent all the same. */
const HIDDEN = ['cause', 'errors'];
const IDENTITY = ['name', 'message', 'stack'];

/** What makes an error that error, its own fields aside. */
export interface ErrorIdentity {
  /** Of which built-in class it is. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Reads what may be a getter that throws: undefined then. */
export function identityOf(error: object): ErrorIdentity {
  const stack = read(error, 'stack');
  return {
    type: typeOf(error),
    name: textOf(read(error, 'name') ?? 'Error'),
    message: textOf(read(error, 'message') ?? ''),
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

/** Own fields beside the identity, and the code, wherever that is defined. A getter that throws is left out. */
export function fieldsOf(error: object): (readonly [key: string, value: unknown])[] {
  const keys = new Set(Object.keys(error));
  for (const key of HIDDEN) if (Object.hasOwn(error, key)) keys.add(key);
  // A DOMException has its code from its name.
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

/** Makes the error again, without fields. */
export function errorFrom({ type, name, message, stack }: ErrorIdentity): Error {
  const make = Object.hasOwn(constructors, type) ? constructors[type] : undefined;
  const error = make?.(message, name) ?? new Error(message);
  // What comes from another process calls no setter. As on any error, name and stack are not enumerable.
  if (error.name !== name) define(error, 'name', name, false);
  define(error, 'stack', stack ?? `${name}: ${message}`, false);
  return error;
}

/** Gives it a field back. */
export function setField(error: Error, key: string, value: unknown): void {
  define(error, key, value, !HIDDEN.includes(key));
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
}

/** By the name of the class: that of another realm (`node:vm`) is not ours. */
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
