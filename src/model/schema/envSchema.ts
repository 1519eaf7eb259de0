import * as v from 'valibot';
import { isRecord } from '../check.js';
import { isEnvironment } from '../checks.js';
import type { EnvFile } from '../spec/envFile.js';
import { chooseSchema, field, flag, path, withKeywords } from './fields.js';

const environmentKeywords = {
  type: 'object',
  propertyNames: { pattern: '^[^=\\u0000]+$' },
  additionalProperties: { type: 'string', pattern: '^[^\\u0000]*$' },
};

/** `undefined` removes a variable. */
export const env: v.GenericSchema<Readonly<Record<string, string | undefined>>> = withKeywords(
  v.custom<Readonly<Record<string, string | undefined>>>(
    (value) => isEnvironment(value, true),
    `is not an environment. Give an object of strings: { PORT: '8080' }. undefined removes a variable.`,
  ),
  environmentKeywords,
);

const inheritedRemedy = "is not an environment. Give true or false, or an object of strings: { PATH: '/bin' }.";
export const inheritedEnv: v.GenericSchema<Readonly<Record<string, string>>> = withKeywords(
  v.custom<Readonly<Record<string, string>>>((value) => isEnvironment(value, false), inheritedRemedy),
  environmentKeywords,
);
const inheritSwitch = v.boolean(inheritedRemedy);
export const extendEnv: v.GenericSchema<unknown, boolean | Readonly<Record<string, string>>> = chooseSchema<
  unknown,
  boolean | Readonly<Record<string, string>>
>((value) => (isRecord(value) ? inheritedEnv : inheritSwitch), [inheritSwitch, inheritedEnv]);

const envFileRemedy = 'is not an env file. Give a path, { file, required: false } or a list of them.';
const envFileObject = v.strictObject(
  {
    file: withKeywords(path, { description: 'The path, relative to cwd.' }),
    required: field(flag, 'false: a missing file is the same as an empty one.', true),
  } satisfies Record<keyof EnvFile, v.GenericSchema>,
  envFileRemedy,
);
const oneEnvFile = chooseSchema<unknown, string | EnvFile>(
  (value) => (typeof value === 'string' ? path : envFileObject),
  [path, envFileObject],
);
const envFileList = v.array(oneEnvFile, envFileRemedy);
export const envFile: v.GenericSchema<unknown, string | EnvFile | readonly (string | EnvFile)[]> = chooseSchema<
  unknown,
  string | EnvFile | readonly (string | EnvFile)[]
>((value) => (Array.isArray(value) ? envFileList : oneEnvFile), [path, envFileObject, envFileList]);

/** The fields of an {@link EnvFile}. */
export const envFileFields: readonly string[] = ['file', 'required'] satisfies (keyof EnvFile)[];
