import { expect, it } from 'vitest';
import type { ChildSpec } from '../../../src/index.js';
import { withInstance } from '../../../src/model/spec/instance.js';

const env = (number: string) => ({ NODE_APP_INSTANCE: number, RXVISOR_INSTANCE: number });

it('says which instance it is', () => {
  expect(withInstance({ script: 'a.js', env: { A: '1' } }, 2)).toEqual({
    script: 'a.js',
    env: { A: '1', ...env('2') },
  });
});

it.each<[ChildSpec['log'], ChildSpec['log']]>([
  ['logs/web-1.log', 'logs/web-12.log'],
  ['logs-1/web', 'logs-1/web'],
  ['logs/web-11.log', 'logs/web-11.log'],
  [
    { file: 'web-1', format: 'json' },
    { file: 'web-12', format: 'json' },
  ],
  [{ stdout: 'out-1.log' }, { stdout: 'out-12.log' }],
  [
    { stdout: 'out.log', stderr: 'err-1.log' },
    { stdout: 'out.log', stderr: 'err-12.log' },
  ],
])('the log %j of instance 1 is, of instance 12, %j', (log, own) => {
  expect(withInstance({ script: 'a.js', log, env: env('1') }, 12)).toEqual({
    script: 'a.js',
    log: own,
    env: env('12'),
  });
});

it('a log of what was no instance stays as it is', () => {
  expect(withInstance({ script: 'a.js', log: 'web-1.log' }, 0)).toMatchObject({ log: 'web-1.log' });
});
