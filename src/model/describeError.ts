/** What of an error goes into an event: Node's or the system's code, and the message. Anything may be thrown: it never fails. */
export function describeError(error: unknown): { readonly code: string; readonly message: string } {
  try {
    if (!(error instanceof Error)) return { code: 'UNKNOWN', message: thrownText(error) };
    const message: unknown = error.message;
    return { code: 'code' in error ? String(error.code) : 'UNKNOWN', message: String(message) };
  } catch {
    return { code: 'UNKNOWN', message: thrownText(error) };
  }
}

/** What was thrown, as text. An object without a prototype and a Proxy may have none. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
