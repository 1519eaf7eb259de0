import * as v from 'valibot';
import type { ChildSpec, LogSpec } from './childSpec.js';
import { SpecError } from './errors.js';
import { delay, duration, flag, number, oneOf, path, text, timeout } from './fields.js';
import { isRecord } from './isRecord.js';
import { refuseLogContradictions } from './logSchema.js';
import { parseLog } from './parseLog.js';
import { probes } from './probeSchema.js';
import { refuseUnknown } from './refuseUnknown.js';
import type { Schedule } from './schedule.js';
import { show } from './show.js';
import { signals } from './signals.js';
import { triggers } from './triggerSchema.js';

/**
 * Checks a spec field by field, before anything is started.
 *
 * @throws {@link SpecError} naming the first wrong field, its value and the remedy; for an unknown key, the nearest
 * known one.
 * @example
 * ```ts
 * import { parseSpec } from 'rxvisor';
 *
 * try {
 *   parseSpec({ script: 'app.js', restartAt: [100, -5] });
 * } catch (error) {
 *   console.log(String(error));
 *   // SpecError: restartAt[1]: -5 is not a delay. Give milliseconds: a finite number from 0 to 2147483647.
 * }
 * ```
 */
export function parseSpec(spec: unknown): ChildSpec {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new SpecError('spec', `${show(spec)} is not a spec. Give an object such as { script: 'app.js' }.`);
  }
  refuseUnknown(spec, specFields);
  for (const [field, known] of Object.entries(knownWithin)) {
    const value: unknown = Reflect.get(spec, field);
    if (isRecord(value)) refuseUnknown(value, known, `${field}.`);
  }
  const { log }: { log?: unknown } = spec;
  const parsed = log === undefined ? {} : { log: parseLog(log) };
  const result = v.safeParse(specSchema, spec, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new SpecError(pathOf(issue), `${show(issue.input)} ${issue.message}`);
  }
  const output: ChildSpec = { ...result.output, ...parsed };
  refuseContradictions(output);
  return output;
}

const words = v.array(
  v.pipe(
    v.string('is not an argument. Give a string.'),
    v.check((value) => !value.includes('\0'), `holds a NUL character, which no program can be given. Take it out.`),
  ),
  'is not a list of arguments. Give an array of strings.',
);
const readyRemedy = `is not a readiness. Give 'spawn', 'message', 'listening', { line: /pattern/ } or a probe: { http }, { tcp }, { exec }.`;
const line = v.union(
  [v.instance(RegExp), text('a pattern', 'Give /pattern/ or a string.')],
  'is not a pattern. Give /pattern/ or a string.',
);
const ready = v.lazy((value) => {
  if (!isRecord(value) || ('line' in value && Object.keys(value).length > 1))
    return v.picklist(['spawn', 'message', 'listening'], readyRemedy);
  return 'line' in value ? v.object({ line }) : probes.readiness;
});

const env = v.custom<Readonly<Record<string, string | undefined>>>(
  isEnvironment,
  `is not an environment. Give an object of strings, or undefined to take a variable away: { PORT: '8080' }.`,
);

const limit = v.strictObject(
  {
    max: number('a number of restarts', 'Give a whole number, 1 or more.', 1, Number.MAX_SAFE_INTEGER, true),
    within: duration,
  },
  'is not a limit. Give { max, within }: a number of restarts and milliseconds.',
);

const delays = v.array(delay, 'is not a schedule. Give an array of milliseconds; [] for never.');
const schedule = v.lazy((value) => (typeof value === 'function' ? v.custom<Schedule>(() => true) : delays));

const exitCode = number('an exit code', 'Give a whole number from 0 to 255.', 0, 255, true);

const end = v.lazy((value) =>
  typeof value === 'string' ? text('an end', "Give a signal, or the code of a failed spawn: 'ENOENT'.") : exitCode,
);

/** SIGSTOP would freeze what should end. */
const stopSignals = signals.filter((signal) => signal !== 'SIGSTOP');

const specSchema = v.object({
  name: v.optional(text('a name', 'Give a non-empty string, or leave it out.')),
  namespace: v.optional(text('a namespace', 'Give a non-empty string, or leave it out.')),
  script: v.optional(path),
  command: v.optional(text('a command', 'Give the name or path of an executable.')),
  args: v.optional(words),
  execArgv: v.optional(words),
  cwd: v.optional(path),
  env: v.optional(env),
  extendEnv: v.optional(flag),
  interpreter: v.optional(text('an interpreter', 'Give the name or path of an executable.')),
  // parseLog checks it, with a place for each of its fields.
  log: v.optional(v.custom<string | LogSpec>(() => true)),
  stripANSI: v.optional(flag),
  output: v.optional(flag),
  restartAt: v.optional(schedule),
  restartOk: v.optional(delay),
  restartOn: v.optional(oneOf('a cause of restarts', ['crash', 'exit'])),
  stopExitCodes: v.optional(v.array(exitCode, 'is not a list of exit codes. Give an array of whole numbers.')),
  permanentOn: v.optional(v.array(end, 'is not a list of ends. Give an array of exit codes and names.')),
  limit: v.optional(limit),
  grace: v.optional(delay),
  stopSignal: v.optional(oneOf('a signal that a program can act upon', stopSignals)),
  ready: v.optional(ready),
  readyTimeout: v.optional(timeout),
  exec: v.optional(oneOf('a way to run', ['fork', 'cluster'])),
  liveness: v.optional(probes.liveness),
  watch: v.optional(triggers.schemas.watch),
  cron: v.optional(triggers.schemas.cron),
  maxRss: v.optional(triggers.schemas.maxRss),
  maxLineLength: v.optional(number('a line length', 'Give a whole number of characters, 2 or more.', 2, 2 ** 28, true)),
  serialization: v.optional(oneOf('a serialization', ['json', 'advanced'])),
  detachedOk: v.optional(flag),
} satisfies Record<keyof ChildSpec, v.GenericSchema>);

export const specFields: readonly string[] = Object.keys(specSchema.entries);

/** The fields of those fields that are objects of ours. */
const knownWithin = {
  limit: ['max', 'within'],
  ready: ['line', ...probes.readinessFields],
  liveness: probes.livenessFields,
  ...triggers.fields,
};

/** What is wrong only in company. */
function refuseContradictions(spec: ChildSpec): void {
  const { script, command, cwd, interpreter, execArgv, ready: readiness } = spec;
  if (script !== undefined && command !== undefined) {
    throw new SpecError('command', `${show(command)} beside script ${show(script)}. Give one of the two.`);
  }
  if (script === undefined && command === undefined && cwd === undefined) {
    throw new SpecError('script', `missing. Give a script, a command, or a cwd whose package.json has a main.`);
  }
  if (command !== undefined && interpreter !== undefined) {
    throw new SpecError('interpreter', `${show(interpreter)} beside a command. Use script for what it should run.`);
  }
  if (command !== undefined && execArgv !== undefined) {
    throw new SpecError('execArgv', `${show(execArgv)} beside a command. They are for scripts run by Node; use args.`);
  }
  if ((readiness === 'message' || readiness === 'listening') && command !== undefined) {
    throw new SpecError(
      'ready',
      `'${readiness}' beside a command, which has no IPC. Use { line: /pattern/ } or { tcp }.`,
    );
  }
  refuseLogContradictions(spec);
}

function isEnvironment(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([key, entry]) =>
        key !== '' &&
        !/[=\0]/.test(key) &&
        (entry === undefined || (typeof entry === 'string' && !entry.includes('\0'))),
    )
  );
}

/** `restartAt[1]`, `limit.max`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  return String(v.getDotPath(issue)).replace(/\.(\d+)/g, '[$1]');
}
