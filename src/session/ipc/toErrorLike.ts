import type { ErrorLike } from './errorLike.js';

/** How deep causes are followed: they may go round in a circle. */
const DEPTH = 8;

/** An error as it can cross to another process. What was thrown may be anything: what is no error becomes a message. */
export function toErrorLike(thrown: unknown, depth: number = DEPTH): ErrorLike {
  if (!(thrown instanceof Error)) return { name: 'Error', message: textOf(thrown) };
  const { name, message, stack } = thrown;
  const code: unknown = Reflect.get(thrown, 'code');
  return {
    name,
    message,
    ...(typeof stack === 'string' && { stack }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...('cause' in thrown && depth > 0 && { cause: causeOf(thrown.cause, depth - 1) }),
  };
}

function causeOf(cause: unknown, depth: number): unknown {
  if (cause instanceof Error) return { error: toErrorLike(cause, depth) };
  return typeof cause === 'object' || typeof cause === 'function' ? textOf(cause) : cause;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return (typeof value === 'object' ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    return 'something that cannot be shown';
  }
}
