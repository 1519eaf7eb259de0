import * as v from 'valibot';
import { isRecord } from '../check.js';
import {
  dependencyConditions,
  type DependencyCondition,
  type DependencyOptions,
  type DependsOn,
} from '../spec/dependsOn.js';
import { chooseSchema, field, flag, text } from './fields.js';

const remedy = "is not a list of dependencies. Give names: ['db'], or a condition for each: { db: 'ready' }.";
const name = text('a name', "Give the name of another service: ['db'].");
const conditionRemedy = `is not a condition. Give 'started', 'ready', 'completed' or 'completedSuccessfully'.`;
const condition = v.picklist(dependencyConditions, conditionRemedy);
const options = v.strictObject(
  {
    condition: field(condition, 'What the dependency must have reached.', 'ready'),
    restart: field(flag, 'Restart this service when the dependency is ready again after a restart or a crash.', false),
  } satisfies Record<keyof DependencyOptions, v.GenericSchema>,
  conditionRemedy,
);
const dependency = chooseSchema<unknown, DependencyCondition | DependencyOptions>(
  (value) => (isPlain(value) ? options : condition),
  [condition, options],
);
const names = v.array(name, remedy);
const conditions = v.record(v.string(), dependency, remedy);
const neither = v.never(remedy);
// `v.record` leaves these keys out, without an error.
const unsafeNames = ['__proto__', 'constructor', 'prototype'];
const unsafe = v.never(`has the name ${unsafeNames.join(' or ')}. Give a list of names, or rename the service.`);

export const dependsOn: v.GenericSchema<unknown, DependsOn> = chooseSchema<unknown, DependsOn>(
  (value) => (Array.isArray(value) ? names : isPlain(value) ? (hasUnsafeName(value) ? unsafe : conditions) : neither),
  [names, conditions],
);

/** A Map or a Date would become an empty object. */
function isPlain(value: unknown): value is object {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasUnsafeName(value: object): boolean {
  return unsafeNames.some((each) => Object.hasOwn(value, each));
}
