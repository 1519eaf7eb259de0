/** Limits of a request. Parsing a larger one takes so long that all other clients wait. */
const MAX_DEPTH = 100;

const MAX_VALUES = 200_000;

const QUOTE = 0x22;

const ESCAPE = 0x5c;

const COMMA = 0x2c;

/** Why a request is too costly to parse, found without parsing it; undefined: it is not. */
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
    if (depth > MAX_DEPTH) return `it is nested too deep. Nest ${String(MAX_DEPTH)} deep or less.`;
    if (values > MAX_VALUES) return `it has too many values. Send ${String(MAX_VALUES)} or fewer.`;
  }
  return undefined;
}
