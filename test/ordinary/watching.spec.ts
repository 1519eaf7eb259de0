import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeEffects } from '../../src/index.js';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

const watchers: FSWatcher[] = [];
vi.mock('chokidar', async (original) => {
  const chokidar = await original<{ watch: (...args: unknown[]) => FSWatcher }>();
  const watch = (...args: unknown[]): FSWatcher => {
    const watcher = chokidar.watch(...args);
    watchers.push(watcher);
    return watcher;
  };
  return { ...chokidar, watch };
});

afterEach(async () => {
  await expectNothingLeft();
});

/** A service that is restarted when a file in its folder changes, under `rxvisor run`. */
function run(cwd: string) {
  const config = join(folder(), 'services.config.json');
  const args = ['-c', 'echo up; exec sleep 60'];
  writeFileSync(config, JSON.stringify([{ name: 'app', command: 'sh', args, cwd, watch: { debounce: 20 } }]));
  return start(process.execPath, [main, 'run', config], { RXVISOR_HOME: folder() });
}

describe('a folder that is watched', () => {
  it('may hold links to themselves', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'deep'));
    for (const name of ['a', 'b', 'deep/c']) symlinkSync(join(cwd, name), join(cwd, name));
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const program = run(cwd);
    await program.says(/^app: up$/m);
    // Watching begins some time after the start: what is written meanwhile counts for nothing.
    const restarted = program.says(/^app: up$[^]*^app: up$/m);
    const writing = setInterval(() => {
      writeFileSync(join(cwd, 'deep/file'), String(performance.now()));
    }, 200);
    await restarted.finally(() => {
      clearInterval(writing);
    });
    program.process.kill('SIGTERM');
    await program.ended;
    expect(program.stdout()).not.toContain('watch failed');
  });

  it('can fail once more when it is not watched any longer', async () => {
    const cwd = folder();
    const changes = nodeEffects.changes$([cwd], () => false);
    await firstValueFrom(changes);
    expect(watchers).toHaveLength(1);
    // Nobody listens: an EventEmitter throws the error, which ended the manager.
    expect(watchers[0]?.emit('error', new Error('EACCES'))).toBe(true);
  });
});
