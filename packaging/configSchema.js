// Makes config.schema.json from the schemas that check a config, so that editors report the same errors as `rxvisor run`.
import { toJsonSchema } from '@valibot/to-json-schema';

/** @typedef {import('valibot').GenericSchema} Schema */
/** @typedef {Record<string, unknown>} Json */

/** Actions to skip: `withKeywords` declares the keywords of a check beside it, and all numbers in JSON are finite. */
const checks = ['check', 'guard', 'finite'];
/** Schemas that cannot be converted. `withKeywords` declares their keywords. */
const opaque = ['custom', 'instance', 'lazy', 'literal'];

/**
 * @param {Schema} service the schema of a spec
 * @param {readonly object[]} rules JSON schemas for fields that exclude each other
 * @param {Json} defaults the defaults of a command by field, where they differ from those of the library
 * @param {Json} configFields the JSON schemas of the fields that only a service in a config has
 * @returns {object} the schema of a config: a list of services, or `{ services }`
 */
export function configSchema(service, rules, defaults, configFields) {
  const spec = /** @type {{ properties: Record<string, Json> }} */ (jsonSchemaOf(service));
  const changed = Object.entries(defaults).map(([key, value]) => [key, { ...spec.properties[key], default: value }]);
  const services = { $ref: '#/definitions/services' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'rxvisor config',
    description: 'Services for rxvisor run and rxvisor start.',
    anyOf: [
      services,
      {
        type: 'object',
        properties: { $schema: { type: 'string' }, services },
        required: ['services'],
        additionalProperties: false,
      },
    ],
    definitions: {
      services: { type: 'array', minItems: 1, items: { $ref: '#/definitions/service' } },
      service: {
        ...spec,
        properties: { ...spec.properties, ...Object.fromEntries(changed), ...configFields },
        allOf: rules,
      },
    },
  };
}

/**
 * @param {Schema} schema
 * @returns {Json}
 */
function jsonSchemaOf(schema) {
  const json = toJsonSchema(schema, {
    typeMode: 'output',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (opaque.includes(valibotSchema.type)) return {};
      if (valibotSchema.type === 'object') return { ...jsonSchema, additionalProperties: false };
      return undefined;
    },
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (checks.includes(valibotAction.type)) return jsonSchema;
      if (!('alternatives' in jsonSchema)) return undefined;
      const { alternatives, ...rest } = /** @type {Json & { alternatives: readonly Schema[] }} */ (jsonSchema);
      return { ...rest, anyOf: alternatives.map(jsonSchemaOf) };
    },
  });
  // Drop $defs, for lazy schemas: `alternatives` has replaced the references to them.
  const kept = Object.entries(json).filter(([key]) => key !== '$schema' && key !== '$defs');
  return /** @type {Json} */ (simplified(Object.fromEntries(kept)));
}

/**
 * Removes alternatives that no JSON value can match, and empty lists of required fields.
 *
 * @param {unknown} json
 * @returns {unknown}
 */
function simplified(json) {
  if (Array.isArray(json)) return json.map(simplified);
  if (typeof json !== 'object' || json === null) return json;
  const { required, anyOf, ...rest } = /** @type {Json} */ (json);
  const possible = Array.isArray(anyOf) ? anyOf.filter((each) => JSON.stringify(each) !== '{"not":{}}') : [];
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, simplified(value)]));
  return {
    .../** @type {object} */ (possible.length === 1 ? simplified(possible[0]) : {}),
    ...kept,
    ...(possible.length > 1 && { anyOf: possible.map(simplified) }),
    // A field of an env file has the name `required`, too.
    ...(Array.isArray(required)
      ? required.length > 0 && { required }
      : required !== undefined && { required: simplified(required) }),
  };
}
