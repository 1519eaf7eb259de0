import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const namespace = ['--pid', '--fork', '--mount-proc'];
const mayUnshare =
  process.platform === 'linux' &&
  spawnSync('unshare', [...namespace, 'sh', '-c', 'test -w /proc/sys/kernel/ns_last_pid']).status === 0;

describe.skipIf(!mayUnshare)('a pid that is reused (skipped where no pid namespace may be made)', () => {
  it('is signalled neither by the manager nor by its guardian', async () => {
    const fixture = join(import.meta.dirname, '../fixtures/tree/reused.mjs');
    const { stdout } = await promisify(execFile)('unshare', [...namespace, process.execPath, fixture]);
    expect(stdout).toBe('spared\n');
  });
});
