import * as v from 'valibot';
import { isRecord, refuseUnknown } from '../check.js';
import { SpecError } from '../errors.js';
import { show } from '../show.js';
import type { ChildSpec } from '../spec/childSpec.js';
import { logContradictions, parseLog, refuseLogContradictions } from './logSchema.js';
import { nestedFields, schemaBesideLog, specFields } from './specSchema.js';

/**
 * Checks a spec, and returns it.
 *
 * @param spec any value, such as the content of a config file
 * @returns the spec
 * @throws {@link SpecError} for the first wrong field. The message has the field, its value and the remedy. For an unknown
 * field, it suggests the most similar known one
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
  for (const [field, known] of Object.entries(nestedFields)) {
    const value: unknown = Reflect.get(spec, field);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, entry] of values.entries()) {
      const at = Array.isArray(value) ? `${field}[${String(index)}].` : `${field}.`;
      if (isRecord(entry)) refuseUnknown(entry, known, at);
    }
  }
  const { log }: { log?: unknown } = spec;
  const parsed = log === undefined ? {} : { log: parseLog(log) };
  const result = v.safeParse(schemaBesideLog, spec, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new SpecError(pathOf(issue), `${show(issue.input)} ${issue.message}`);
  }
  const output: ChildSpec = { ...result.output, ...parsed };
  refuseContradictions(output);
  return output;
}

/** The JSON Schema of `refuseContradictions`, for `config.schema.json`. */
export const contradictions: readonly object[] = [
  { not: { required: ['script', 'command'] } },
  { anyOf: [{ required: ['script'] }, { required: ['command'] }, { required: ['cwd'] }] },
  { not: { required: ['command', 'interpreter'] } },
  { not: { required: ['command', 'execArgv'] } },
  { not: { required: ['command', 'ready'], properties: { ready: { enum: ['message', 'listening'] } } } },
  logContradictions,
];

/** Refuses fields that are valid by themselves, but not together. */
function refuseContradictions(spec: ChildSpec): void {
  const { script, command, cwd, interpreter, execArgv, ready: readiness } = spec;
  if (script !== undefined && command !== undefined) {
    throw new SpecError(
      'command',
      `${show(command)} does not work with script ${show(script)}. Give only one of them.`,
    );
  }
  if (script === undefined && command === undefined && cwd === undefined) {
    throw new SpecError('script', `missing. Give a script, a command, or a cwd whose package.json has a main.`);
  }
  if (command !== undefined && interpreter !== undefined) {
    throw new SpecError(
      'interpreter',
      `${show(interpreter)} does not work with command. Give the file that it should run as script.`,
    );
  }
  if (command !== undefined && execArgv !== undefined) {
    throw new SpecError('execArgv', `${show(execArgv)} does not work with command: only Node has execArgv. Use args.`);
  }
  if ((readiness === 'message' || readiness === 'listening') && command !== undefined) {
    throw new SpecError(
      'ready',
      `'${readiness}' does not work with command, which has no IPC. Use { line: /pattern/ } or { tcp }.`,
    );
  }
  refuseLogContradictions(spec);
}

/** `restartAt[1]`, `limit.max`. */
function pathOf(issue: v.BaseIssue<unknown>): string {
  return String(v.getDotPath(issue)).replace(/\.(\d+)/g, '[$1]');
}
