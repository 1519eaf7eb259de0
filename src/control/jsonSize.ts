/** How long a value is as JSON, in UTF-16 code units; `Infinity` for what cannot be JSON, which IPC may carry. */
export function jsonSize(value: unknown): number {
  try {
    // In an array: undefined is null there, and nothing at all elsewhere.
    return JSON.stringify([value]).length - 2;
  } catch {
    return Infinity;
  }
}
