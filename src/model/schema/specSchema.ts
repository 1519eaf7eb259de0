import * as v from 'valibot';
import { isRecord } from '../check.js';
import { signals } from '../signals.js';
import type { ChildSpec, Schedule } from '../spec/childSpec.js';
import { defaultDelays } from '../spec/schedule.js';
import { dependsOn } from './dependsOnSchema.js';
import { env, envFile, envFileFields, extendEnv } from './envSchema.js';
import {
  argument,
  delay,
  duration,
  field,
  flag,
  notInJson,
  number,
  oneOf,
  chooseSchema,
  path,
  text,
  timeout,
  withKeywords,
} from './fields.js';
import { logSchema } from './logSchema.js';
import { probes } from './probeSchema.js';
import { triggers } from './triggerSchema.js';

const argumentList = v.array(argument, 'is not a list of arguments. Give an array of strings.');

const readyRemedy = `is not a readiness condition. Give 'spawn', 'message', 'listening', { line: /pattern/ } or a probe: { http }, { tcp }, { exec }.`;
const readyWord = v.picklist(['spawn', 'message', 'listening'], readyRemedy);
const readyLine = v.object({
  line: v.union(
    [notInJson(v.instance(RegExp)), text('a pattern', 'Give /pattern/ or a string.')],
    'is not a pattern. Give /pattern/ or a string.',
  ),
});
const ready = chooseSchema<unknown, NonNullable<ChildSpec['ready']>>(
  (value) => {
    if (!isRecord(value) || ('line' in value && Object.keys(value).length > 1)) return readyWord;
    return 'line' in value ? readyLine : probes.readiness;
  },
  [readyWord, readyLine, probes.readiness],
);

const octalRemedy = "is not a umask. Give one to three octal digits as a string: '027'.";
const octal = v.pipe(v.string(octalRemedy), v.regex(/^0?[0-7]{1,3}$/, octalRemedy));

const limit = v.strictObject(
  {
    max: number('a number of restarts', 'Give a whole number, 1 or more.', 1, Number.MAX_SAFE_INTEGER, true),
    within: withKeywords(duration, { description: 'Milliseconds.' }),
  },
  'is not a limit. Give { max, within }: a number of restarts and milliseconds.',
);

const delays = v.array(delay, 'is not a schedule. Give an array of milliseconds; [] for never.');
const scheduleFunction = v.custom<Schedule>(() => true);
const schedule = chooseSchema<unknown, readonly number[] | Schedule>(
  (value) => (typeof value === 'function' ? scheduleFunction : delays),
  [delays],
);

const exitCode = number('an exit code', 'Give a whole number from 0 to 255.', 0, 255, true);
const exitName = text('a signal or an error code', "Give a name such as 'SIGSEGV' or 'ENOENT'.");
const codeOrName = chooseSchema<unknown, number | string>(
  (value) => (typeof value === 'string' ? exitName : exitCode),
  [exitName, exitCode],
);

const endAction = oneOf('an action', ['ignore', 'stopAll']);

/** SIGSTOP suspends a process; it does not end it. */
const stopSignals = signals.filter((signal) => signal !== 'SIGSTOP');

const entries = {
  name: field(
    text('a name', 'Give a non-empty string, or leave it out.'),
    'The name that commands use. Several services may share it.',
  ),
  namespace: field(
    text('a namespace', 'Give a non-empty string, or leave it out.'),
    'A label for services that belong together.',
  ),
  script: field(path, 'The file to run. Its extension chooses Node, Python, sh, Ruby, Perl or PHP.'),
  command: field(
    text('a command', 'Give the name or path of an executable.'),
    'An executable to run instead of a script.',
  ),
  args: field(argumentList, 'Arguments for the script or command.', []),
  execArgv: field(argumentList, 'Arguments for Node, before the script.', []),
  cwd: field(path, 'The working directory, relative to the folder of the config.'),
  env: field(env, 'Variables added to the environment of the manager.'),
  envFile: field(
    envFile,
    'Files with NAME=value lines, relative to cwd. They are read at each run. env wins over them.',
  ),
  dependsOn: field(
    dependsOn,
    "Services that must be ready before this one starts: ['db'], or a condition for each: { migrate: 'completedSuccessfully' }.",
  ),
  extendEnv: field(
    extendEnv,
    'false: the child does not inherit the environment of the manager. An object is inherited instead.',
    true,
  ),
  saveEnv: field(flag, 'false: a saved list does not keep the environment that the child inherits.', true),
  umask: field(octal, "The file mode creation mask, in octal digits: '027'."),
  interpreter: field(
    text('an interpreter', 'Give the name or path of an executable.'),
    'The program that runs the script.',
  ),
  log: field(logSchema, 'The file for stdout and stderr, or one file for each.'),
  stripANSI: field(flag, 'Remove ANSI escape sequences from the log.', false),
  output: field(flag, 'Emit output events.', true),
  restartAt: field(
    schedule,
    'Milliseconds before each restart. The last delay repeats. [] or [0]: never restart.',
    defaultDelays,
  ),
  restartOk: field(delay, 'After a run of this many milliseconds, restartAt starts over.', 1_800_000),
  restartOn: field(
    oneOf('a restart condition', ['crash', 'exit']),
    "'crash': restart after a crash only. 'exit': restart after a clean exit too.",
    'crash',
  ),
  stopExitCodes: field(
    v.array(exitCode, 'is not a list of exit codes. Give an array of whole numbers.'),
    'No restart after these exit codes: the work is done.',
    [],
  ),
  giveUpOn: field(
    v.array(codeOrName, 'is not a list of exit codes and names. Give an array.'),
    'No restart after these exit codes, signals and codes of failed spawns: the service has failed.',
    [],
  ),
  limit: field(limit, 'At most max restarts within this many milliseconds. After that, the service has failed.'),
  onExit: field(
    endAction,
    "'stopAll': when the service has ended for good, stop all services. A stop or restart by a command is no such end.",
    'ignore',
  ),
  onFailure: field(endAction, "'stopAll': when the service has failed, stop all services.", 'ignore'),
  grace: field(delay, 'The grace period: milliseconds from the request to stop to SIGKILL.', 200),
  stopSignal: field(oneOf('a signal for a stop', stopSignals), 'The signal that asks the child to stop.', 'SIGTERM'),
  ready: field(ready, 'When the child counts as ready.', 'spawn'),
  readyTimeout: field(
    timeout,
    'A child that is not ready after this many milliseconds is stopped and counts as crashed.',
    90_000,
  ),
  settle: field(
    delay,
    "How many milliseconds the child has to stay ready to count as started. Default: 1000 if ready is 'spawn', else 0.",
  ),
  exec: field(
    oneOf('an exec mode', ['fork', 'cluster']),
    "'cluster': instances share the ports they listen on.",
    'fork',
  ),
  liveness: field(
    probes.liveness,
    'A probe of a ready child. After too many failures, the child is stopped and counts as crashed.',
  ),
  watch: field(triggers.schemas.watch, 'Restart when files change.', false),
  cron: field(triggers.schemas.cron, "Restart at these times: '0 4 * * *'."),
  maxRss: field(triggers.schemas.maxRss, 'Restart when the child and its descendants use more memory: bytes.'),
  maxLineLength: field(
    number('a line length', `Give a whole number of characters from 2 to ${String(2 ** 28)}.`, 2, 2 ** 28, true),
    'Longer lines are cut into pieces of this many characters.',
    65_536,
  ),
  serialization: field(oneOf('a serialization', ['json', 'advanced']), 'How IPC messages are encoded.', 'json'),
  allowDetached: field(flag, 'Do not stop processes that the child detached on purpose.', false),
} satisfies Record<keyof ChildSpec, v.GenericSchema>;

/** The schema of a spec. It checks each field by itself; `parseSpec` refuses contradictions. */
export const specSchema: v.GenericSchema<unknown, ChildSpec> = v.object(entries);

const { log: _log, ...besideLog } = entries;

/** The schema without `log`: `parseLog` checks it, with better errors for its fields. */
export const schemaBesideLog: v.GenericSchema<unknown, Omit<ChildSpec, 'log'>> = v.object(besideLog);

export const specFields: readonly string[] = Object.keys(entries);

/** The fields of the fields that are objects. */
export const nestedFields: Readonly<Record<string, readonly string[]>> = {
  envFile: envFileFields,
  limit: ['max', 'within'],
  ready: ['line', ...probes.readinessFields],
  liveness: probes.livenessFields,
  ...triggers.fields,
};
