import { describe, expect, it } from 'vitest';
import { CliError } from '../../../src/cli/cliError.js';
import { matchingNames, childSelector } from '../../../src/cli/client/selectChildren.js';

describe('matchingNames', () => {
  it('gives those that match', () => {
    expect(matchingNames('/^a/', /^a/, ['ab', 'ba', 'a'])).toEqual(new Set(['ab', 'a']));
  });

  it('ends a pattern that would never end', () => {
    const word = '/^(a+)+$/';
    const children = [{ name: `${'a'.repeat(60)}!` }];
    expect(() => childSelector(word, children)).toThrow(
      new CliError(2, `${word}: takes too long to match. Give a simpler pattern.`),
    );
  });

  it('is not asked for a name that somebody bears', () => {
    const child = { name: '/^(a+)+$/' };
    expect(childSelector('/^(a+)+$/', [child, { name: `${'a'.repeat(60)}!` }])).toEqual([child]);
  });
});
