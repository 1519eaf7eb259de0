import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkBySchema, timeout } from '../../../src/model/schema/fields.js';
import { RxvisorError } from '../../../src/index.js';

describe('checkBy', () => {
  it('says nothing of what fits', () => {
    expect(() => checkBySchema(timeout, 'every', 5)).not.toThrow();
  });

  it('names the place, the value and the remedy', () => {
    const message = 'every: 0 is not a timeout. Give milliseconds: a number above 0, up to 2147483647.';
    expect(() => checkBySchema(timeout, 'every', 0)).toThrow(new RxvisorError('ERR_OPTION', message));
    expect(() => checkBySchema(v.object({ a: v.array(timeout) }), 'options', { a: [5, 'x'] })).toThrow(
      /^options\.a\[1\]: 'x' is not a timeout\./,
    );
  });
});
