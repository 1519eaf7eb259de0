import { expect, it } from 'vitest';
import { originOf } from '../../src/model/childEvent.js';
import { exited } from '../operators/events.js';

it('originOf keeps name and run, and makes no name up', () => {
  expect(originOf({ ...exited(0), name: 'api', attempt: 3 })).toStrictEqual({ name: 'api', attempt: 3 });
  expect(originOf(exited(0))).toStrictEqual({ attempt: 1 });
});
