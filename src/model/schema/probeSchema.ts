import * as v from 'valibot';
import type { ProbeSpec, ReadinessProbe } from '../spec/probe.js';
import { number, chooseSchema, text, timeout, withKeywords } from './fields.js';

const targets = ['http', 'tcp', 'exec'];
const remedy = `is not a probe. Give one of { http: 'http://localhost:8080/health' }, { tcp: 8080 }, { exec: ['pg_isready'] }.`;

const http = withKeywords(
  v.pipe(
    text('a URL', "Give one such as 'http://localhost:8080/health'."),
    v.check(
      (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
      "is not an http URL. Give one such as 'http://localhost:8080/health'.",
    ),
  ),
  { pattern: '^[hH][tT][tT][pP][sS]?:', description: 'A URL. Passes if the answer has a status from 200 to 399.' },
);

const tcpRemedy = "Give a port from 1 to 65535, 'host:port', or the absolute path of a socket.";
const port = number('an address', tcpRemedy, 1, 65_535, true);
const address = withKeywords(v.pipe(v.string(), v.check(isAddress, `is not an address. ${tcpRemedy}`)), {
  pattern: String.raw`^(/|\\\\|[^/]+:\d{1,5}$)`,
});
const tcp = withKeywords(
  chooseSchema<unknown, number | string>((value) => (typeof value === 'string' ? address : port), [port, address]),
  { description: "A port, 'host:port', or the path of a socket. Passes if a connection is accepted." },
);

const exec = withKeywords(
  v.pipe(
    v.array(
      text('a program or an argument', 'Give a non-empty string.'),
      "is not a command line. Give a program and its arguments: ['pg_isready'].",
    ),
    v.minLength(1, "is not a command line. Give a program and its arguments: ['pg_isready']."),
  ),
  { description: 'A program and its arguments. Passes if it exits with 0.' },
);

const polling = {
  every: v.optional(withKeywords(timeout, { description: 'Milliseconds from one poll to the next.' })),
  timeout: v.optional(withKeywords(timeout, { description: 'Milliseconds that one poll may take.' })),
};
const target = { http: v.exactOptional(http), tcp: v.exactOptional(tcp), exec: v.exactOptional(exec) };
const failures = withKeywords(
  number('a number of failures', 'Give a whole number, 1 or more.', 1, Number.MAX_SAFE_INTEGER, true),
  { description: 'After this many failed polls in a row, the child is stopped and counts as crashed.' },
);

const readinessFields: readonly string[] = [...targets, ...Object.keys(polling)];

export const probes: {
  readonly readiness: v.GenericSchema<unknown, ReadinessProbe>;
  readonly readinessFields: readonly string[];
  readonly liveness: v.GenericSchema<unknown, ProbeSpec>;
  readonly livenessFields: readonly string[];
} = {
  readiness: probe(v.object({ ...target, ...polling }, remedy)),
  readinessFields,
  liveness: probe(v.object({ ...target, ...polling, failures: v.optional(failures) }, remedy)),
  livenessFields: [...readinessFields, 'failures'],
};

/** A probe has exactly one target. */
function probe<T extends object>(fields: v.GenericSchema<T>): v.GenericSchema<unknown, T & ProbeSpec> {
  return v.pipe(
    v.unknown(),
    fields,
    v.guard((value): value is T & ProbeSpec => targets.filter((target) => target in value).length === 1, remedy),
    v.metadata({ oneOf: targets.map((target) => ({ required: [target] })) }),
  );
}

/** Node 20 and 22 silently truncate socket paths of more than 107 bytes: see unix(7). */
function isAddress(value: string): boolean {
  if (value.includes('\0')) return false;
  if (/^(\/|\\\\)/.test(value)) return new TextEncoder().encode(value).length <= 107;
  const [, port] = /^[^/]+:(\d{1,5})$/.exec(value) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
