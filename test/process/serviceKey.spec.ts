import { describe, expect, it } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { serviceKey } from '../../src/process/resolveSpec.js';

const same = (one: ChildSpec, other: ChildSpec): boolean => serviceKey(one) === serviceKey(other);

describe('serviceKey', () => {
  it('is the namespace and the name, whatever is run', () => {
    expect(same({ name: 'web', script: '/1/a.js' }, { name: 'web', script: '/2/b.js', args: ['x'] })).toBe(true);
    expect(same({ name: 'web', script: '/1/a.js' }, { name: 'web', namespace: 'n', script: '/1/a.js' })).toBe(false);
    expect(same({ name: 'b', namespace: 'a' }, { name: 'a', namespace: 'b' })).toBe(false);
  });

  it('is the path of the script, too, where the name is only that of the script, or there is none', () => {
    for (const name of ['server', undefined]) {
      const spec = name === undefined ? {} : { name };
      expect(same({ ...spec, script: '/1/server.js' }, { ...spec, script: '/2/server.js' })).toBe(false);
      expect(same({ ...spec, script: 'server.js', cwd: '/1' }, { ...spec, script: 'server.js', cwd: '/2' })).toBe(
        false,
      );
      expect(same({ ...spec, script: 'server.js', cwd: '/1' }, { ...spec, script: '/1/server.js', cwd: '/' })).toBe(
        true,
      );
    }
  });

  it('is the folder, where package.json names the script or PATH has the command', () => {
    expect(same({ cwd: '/1' }, { cwd: '/2' })).toBe(false);
    expect(same({ command: 'npm', cwd: '/1' }, { command: 'npm', cwd: '/2' })).toBe(false);
    expect(same({ command: './run', cwd: '/1' }, { command: '/1/run', cwd: '/2' })).toBe(true);
  });
});
