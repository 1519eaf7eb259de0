import * as v from 'valibot';
import { number, text, timeout } from './fields.js';
import { isRecord } from './isRecord.js';
import type { ProbeSpec, ReadinessProbe } from './probeSpec.js';

const targets = ['http', 'tcp', 'exec'];
const remedy = `is not a probe. Give one of { http: 'http://localhost:8080/health' }, { tcp: 8080 }, { exec: ['pg_isready'] }.`;

/** One that has exactly one target. */
const oneTarget = v.pipe(
  v.custom<object>(isRecord, remedy),
  v.check((value) => targets.filter((target) => target in value).length === 1, remedy),
);

const http = v.pipe(
  text('a URL', "Give one such as 'http://localhost:8080/health'."),
  v.check(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    "is not a URL of http. Give one such as 'http://localhost:8080/health'.",
  ),
);

const tcpRemedy = "Give a port from 1 to 65535, 'host:port', or the absolute path of a socket.";
const tcp = v.lazy((value) =>
  typeof value === 'string'
    ? v.pipe(v.string(), v.check(isAddress, `is not an address. ${tcpRemedy}`))
    : number('an address', tcpRemedy, 1, 65_535, true),
);

const exec = v.pipe(
  v.array(
    text('a part of a command line', 'Give a string.'),
    "is not a command line. Give a program and its arguments: ['pg_isready'].",
  ),
  v.minLength(1, "is not a command line. Give a program and its arguments: ['pg_isready']."),
);

const polling = { every: v.optional(timeout), timeout: v.optional(timeout) };
const target = { http: v.exactOptional(http), tcp: v.exactOptional(tcp), exec: v.exactOptional(exec) };
const failures = number('a number of failures', 'Give a whole number, 1 or more.', 1, Number.MAX_SAFE_INTEGER, true);

/** The fields of both. */
const readinessFields: readonly string[] = [...targets, ...Object.keys(polling)];

export const probes: {
  readonly readiness: v.GenericSchema<unknown, ReadinessProbe>;
  readonly readinessFields: readonly string[];
  readonly liveness: v.GenericSchema<unknown, ProbeSpec>;
  readonly livenessFields: readonly string[];
} = {
  readiness: probe(v.object({ ...target, ...polling })),
  readinessFields,
  liveness: probe(v.object({ ...target, ...polling, failures: v.optional(failures) })),
  livenessFields: [...readinessFields, 'failures'],
};

/** Which of the targets there is, `oneTarget` has seen to. */
function probe<T extends object>(fields: v.GenericSchema<object, T>): v.GenericSchema<unknown, T & ProbeSpec> {
  return v.pipe(
    v.unknown(),
    oneTarget,
    fields,
    v.custom<T & ProbeSpec>(() => true),
  );
}

/** A socket's path beyond 107 bytes Node 20 and 22 cut off without a word. unix(7) */
function isAddress(value: string): boolean {
  if (value.includes('\0')) return false;
  if (/^(\/|\\\\)/.test(value)) return new TextEncoder().encode(value).length <= 107;
  const [, port] = /^[^/]+:(\d{1,5})$/.exec(value) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
