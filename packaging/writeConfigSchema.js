// Writes config.schema.json. Run it with `npm run schema` after you change a schema in src.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { commandDefaults } from '../dist/model/spec/commandDefaults.js';
import { instancesKeywords } from '../dist/model/spec/instance.js';
import { profilesKeywords } from '../dist/model/spec/profiles.js';
import { contradictions } from '../dist/model/schema/parseSpec.js';
import { specSchema } from '../dist/model/schema/specSchema.js';
import { configSchema } from './configSchema.js';

const path = 'config.schema.json';
const text = JSON.stringify(
  configSchema(specSchema, contradictions, commandDefaults, {
    instances: instancesKeywords,
    profiles: profilesKeywords,
  }),
);
writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
