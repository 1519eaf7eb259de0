import { expect, it } from 'vitest';
import { fakeManagerProcess } from '../../src/testing/fakeEffects.js';

it('is a process that no signal reaches, and whose streams are kept', () => {
  const printed: string[] = [];
  const host = fakeManagerProcess((stream, text) => printed.push(`${stream}: ${text}`));
  let done = false;
  host.stdout.write('out', () => (done = true));
  host.stderr.write('err');
  host.emitWarning('take care');
  host.on('SIGINT', () => printed.push('signalled'));
  expect(host.kill(1, 'SIGINT')).toBe(true);
  expect(host.listenerCount('SIGINT')).toBe(1);
  expect(done).toBe(true);
  expect(printed).toEqual(['stdout: out', 'stderr: err', 'stderr: take care\n']);
});
