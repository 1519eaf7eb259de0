import * as v from 'valibot';
import {
  dependencyConditions,
  type DependencyCondition,
  type DependencyOptions,
  type DependsOn,
} from '../spec/dependsOn.js';
import { chooseSchema, field, flag, oneOf, text } from './fields.js';

const remedy = "is not a list of dependencies. Give names: ['db'], or a condition for each: { db: 'ready' }.";
const name = text('a name', "Give the name of another service: ['db'].");
const conditionRemedy = `is not a condition. Give 'started', 'ready', 'completed' or 'completedSuccessfully'.`;
const condition = v.picklist(dependencyConditions, conditionRemedy);
const options = v.strictObject(
  {
    condition: field(oneOf('a condition', dependencyConditions), 'What the dependency must have reached.', 'ready'),
    restart: field(flag, 'Restart this service when the dependency is ready again after a restart or a crash.', false),
  } satisfies Record<keyof DependencyOptions, v.GenericSchema>,
  conditionRemedy,
);
const dependency = chooseSchema<unknown, DependencyCondition | DependencyOptions>(
  (value) => (typeof value === 'object' && value !== null ? options : condition),
  [condition, options],
);
const names = v.array(name, remedy);
const conditions = v.record(v.string(), dependency, remedy);

export const dependsOn: v.GenericSchema<unknown, DependsOn> = chooseSchema<unknown, DependsOn>(
  (value) => (Array.isArray(value) ? names : conditions),
  [names, conditions],
);
