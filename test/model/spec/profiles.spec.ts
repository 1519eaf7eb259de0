import { expect, it } from 'vitest';
import { splitProfiles } from '../../../src/model/spec/profiles.js';

it.each([
  ['a service without profiles', { name: 'a' }, { service: { name: 'a' }, profiles: [] }],
  ['profiles that are undefined', { name: 'a', profiles: undefined }, { service: { name: 'a' }, profiles: [] }],
  ['a list of names', { name: 'a', profiles: ['dev'] }, { service: { name: 'a' }, profiles: ['dev'] }],
  ['what is no service is left to the check of specs', 5, { service: 5, profiles: [] }],
])('%s', (_what, entry, expected) => {
  expect(splitProfiles(entry)).toStrictEqual(expected);
});

it.each(['dev', [''], [1], {}, null])('refuses %j', (profiles) => {
  expect(() => splitProfiles({ profiles })).toThrow(/^profiles: .* is not a list of names\. Give a list: \['dev'\]\.$/);
});
