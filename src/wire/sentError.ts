import { listOf } from './listOf.js';
import { type Encoded, encode } from './encode.js';

/** An error in two parts: what a clone keeps of it, and what it would lose. */
type SentError = readonly [thrown: unknown, lost: Readonly<Record<string, unknown>> | undefined];

/** Encodes what was thrown, an error or not, so that it arrives with its name, its code and its own fields. */
export function encodeError(thrown: unknown): Encoded {
  const lost = thrown instanceof Error ? { ...ownFields(thrown), name: thrown.name } : undefined;
  try {
    const sent: SentError = [thrown, lost];
    return encode(sent);
  } catch {
    // Some field of it cannot be cloned.
    return encode(thrown instanceof Error ? [bare(thrown), slight(lost)] : [String(thrown), undefined]);
  }
}

export function decodeError(value: unknown): unknown {
  const [thrown, lost] = listOf(value);
  if (!(thrown instanceof Error) || typeof lost !== 'object' || lost === null) return thrown;
  for (const [key, field] of Object.entries(lost)) {
    // Defined, not assigned: what comes over a wire calls no setter. As on any error, the name is not enumerable.
    Object.defineProperty(thrown, key, {
      value: field,
      enumerable: key !== 'name',
      configurable: true,
      writable: true,
    });
  }
  return thrown;
}

function ownFields(error: Error): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error));
}

function bare(error: Error): Error {
  return Object.assign(new Error(error.message), { stack: error.stack });
}

/** The fields that are what fields of errors mostly are: a code, a number, a path. */
function slight(lost: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(lost ?? {}).filter(([, field]) => typeof field === 'string' || typeof field === 'number'),
  );
}
