import { expect, it } from 'vitest';
import { suggest } from '../../src/model/show.js';

it('names what was likely meant, or else the given fallback', () => {
  expect(suggest('scirpt', ['name', 'script'], 'Known: name, script.')).toBe("Did you mean 'script'?");
  expect(suggest('port', ['name', 'script'], 'Known: name, script.')).toBe('Known: name, script.');
  expect(suggest('port', [], 'Look around.')).toBe('Look around.');
});
