import { expect, it } from 'vitest';
import { openLog } from '../../../src/sinks/logFile/openLog.js';
import { fakeWorld } from '../../fakeEffects.js';

it('openLog opens one file for each path, and a new one after it was closed', () => {
  const { effects, disk } = fakeWorld();
  const paths = ['/a', '/b', '/a'];
  const logs = paths.map((path) => openLog(path, effects));
  for (const log of logs) log.failure$.subscribe();
  expect([...effects.logs.keys()]).toEqual(['/a', '/b']);
  expect(disk.opened).toEqual(['/a', '/b']);
  for (const log of logs) log.close();
  expect(effects.logs.size).toBe(0);
  expect(disk.descriptors()).toBe(0);
});
