import { expect, it } from 'vitest';
import { refuseStopAll } from '../../../src/control/server/refuseStopAll.js';
import type { ChildSpec } from '../../../src/index.js';

it.each<ChildSpec>([{}, { onExit: 'ignore' }, { name: 'job', onFailure: 'ignore' }])('accepts %j', (spec) => {
  expect(() => {
    refuseStopAll(spec);
  }).not.toThrow();
});

it.each<[ChildSpec, string]>([
  [{ name: 'job', onExit: 'stopAll' }, "onExit: 'stopAll' of job works with `rxvisor run` and in the library only"],
  [{ onExit: 'ignore', onFailure: 'stopAll' }, "onFailure: 'stopAll' works with `rxvisor run` and in the library only"],
])('refuses %j', (spec, problem) => {
  expect(() => {
    refuseStopAll(spec);
  }).toThrow(problem);
});
