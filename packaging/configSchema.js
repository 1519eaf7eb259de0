// Makes config.schema.json from the schemas that check a config, so that an editor and `rxvisor run` say the same.
import { toJsonSchema } from '@valibot/to-json-schema';

/** @typedef {import('valibot').GenericSchema} Schema */
/** @typedef {Record<string, unknown>} Json */

/** What a check adds is declared beside it, by `withKeywords`; JSON has finite numbers only. */
const checks = ['check', 'guard', 'finite'];
/** Schemas that JSON Schema cannot express by themselves. */
const opaque = ['custom', 'instance', 'lazy', 'literal'];

/**
 * @param {Schema} service one service of a config
 * @param {readonly object[]} rules for fields that contradict each other
 * @param {Json} instances what a service of a config has beside the fields of a spec
 * @returns {object} the schema of a config: a list of services, or `{ services }`
 */
export function configSchema(service, rules, instances) {
  const spec = /** @type {{ properties: Json }} */ (jsonSchemaOf(service));
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
      service: { ...spec, properties: { ...spec.properties, instances }, allOf: rules },
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
  // Not $defs, to which lazy schemas refer: their alternatives stand in their place.
  const kept = Object.entries(json).filter(([key]) => key !== '$schema' && key !== '$defs');
  return /** @type {Json} */ (simplified(Object.fromEntries(kept)));
}

/**
 * Leaves out alternatives that JSON cannot hold, and lists that require nothing.
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
    ...(Array.isArray(required) && required.length > 0 && { required }),
  };
}
