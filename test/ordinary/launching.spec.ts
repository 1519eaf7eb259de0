import { copyFileSync, linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { main } from '../real/commands.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rxvisor-launching-'));
});

afterEach(async () => {
  await expectNothingLeft();
  rmSync(folder, { recursive: true, force: true });
});

it.runIf(process.platform === 'linux')(
  'start says that the background manager cannot be started: Node was replaced meanwhile',
  async () => {
    const node = join(folder, 'node');
    try {
      linkSync(process.execPath, node);
    } catch {
      copyFileSync(process.execPath, node);
    }
    const removed = join(folder, 'removed.mjs');
    // Not a script for Node: that Node is gone would be found before anything is launched.
    const config = join(folder, 'services.config.json');
    writeFileSync(config, JSON.stringify([{ name: 'sleeper', command: 'sleep', args: ['60'] }]));
    writeFileSync(removed, `import { unlinkSync } from 'node:fs'; unlinkSync(process.execPath);`);
    const program = start(node, ['--import', removed, main, 'start', config], {
      RXVISOR_HOME: join(folder, 'home'),
    });
    expect((await program.ended).code).toBe(1);
    expect(program.stderr()).toMatch(
      /^rxvisor: the background manager failed to start: spawn .*node ENOENT\. See .*daemon\.log\.\n$/,
    );
  },
);
