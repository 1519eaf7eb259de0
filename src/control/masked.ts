const MASK = '********';

/** Keys whose values are nobody's business: the words that people use for them. */
const secret =
  /pass(w|phrase|$)|pwd|secret|token|credential|private|auth|cookie|session|signature|(^|_)(key|dsn|salt|pin)$|apikey/i;

/** An environment fit to be shown: values whose key looks like a secret, and passwords in addresses, are masked. */
export function masked(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) =>
      value === undefined
        ? []
        : [[key, secret.test(key) ? MASK : value.replace(/(:\/\/[^/@\s:]*:)[^/@\s]+@/g, `$1${MASK}@`)]],
    ),
  );
}
