/** Limits of a request. Parsing a larger one would block all other clients. */
const MAX_DEPTH = 100;
const MAX_VALUES = 200_000;

/** Finds out, without parsing, whether a request is too costly to parse. Returns the reason, or undefined. */
export function requestProblem(json: Uint8Array): string | undefined {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === ESCAPE ? 1 : 0;
    else if (byte === COMMA) values += 1;
    else if (byte === 0x5b || byte === 0x7b) depth += 1;
    else if (byte === 0x5d || byte === 0x7d) depth -= 1;
    if (depth > MAX_DEPTH) return `nested too deep. Give ${String(MAX_DEPTH)} levels or fewer.`;
    if (values > MAX_VALUES) return `too many values. Give ${String(MAX_VALUES)} or fewer.`;
  }
  return undefined;
}

const QUOTE = 0x22;
const ESCAPE = 0x5c;
const COMMA = 0x2c;
