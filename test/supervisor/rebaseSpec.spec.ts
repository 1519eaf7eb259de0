import { describe, expect, it } from 'vitest';
import { rebaseSpec } from '../../src/supervisor/planChild.js';

describe('rebaseSpec', () => {
  it('starts relative paths at the folder, and leaves the script to its cwd', () => {
    expect(rebaseSpec({ script: 'a.js' }, '/etc/app')).toEqual({ script: 'a.js', cwd: '/etc/app' });
    expect(rebaseSpec({ script: 'a.js', cwd: 'api', log: 'logs/a.log' }, '/etc/app')).toEqual({
      script: 'a.js',
      cwd: '/etc/app/api',
      log: '/etc/app/logs/a.log',
    });
  });

  it('leaves absolute paths alone', () => {
    const spec = { script: '/a.js', cwd: '/srv', log: '/var/log/a.log' };
    expect(rebaseSpec(spec, '/etc/app')).toEqual(spec);
  });

  it('knows every form of a log', () => {
    const logOf = (log: Parameters<typeof rebaseSpec>[0]['log']) => rebaseSpec({ script: 'a.js', log }, '/app').log;
    expect(logOf({ file: 'a.log', format: 'json' })).toEqual({ file: '/app/a.log', format: 'json' });
    expect(logOf({ stdout: 'o.log', stderr: '../e.log' })).toEqual({ stdout: '/app/o.log', stderr: '/e.log' });
    expect(logOf({ stderr: 'e.log' })).toEqual({ stderr: '/app/e.log' });
    expect(logOf({ stdout: 'o.log' })).toEqual({ stdout: '/app/o.log' });
  });
});
