import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Specs that import the built package: their own processes, and the ones they spawn, find it by its name.
const built = ['test/real/**/*.spec.ts', 'test/ordinary/**/*.spec.ts', 'test/docs.spec.ts', 'test/examples.spec.ts'];

// The managers of the tests, not those of whoever runs them.
const home = mkdtempSync(join(tmpdir(), 'rxvisor-home-'));
process.on('exit', () => {
  rmSync(home, { recursive: true, force: true });
});

export default defineConfig({
  test: {
    env: { RXVISOR_HOME: home },
    reporters: ['default', './test/reporter.ts'],
    // A property or a real child takes several times as long on a busy machine; a test that hangs fails all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // They run in processes that the real specs spawn, where nothing collects coverage. src/child cannot be imported here
      // at all, nor src/worker, which imports it: it takes SIGTERM and the IPC channel of its process, and those of a
      // vitest worker are vitest's.
      exclude: ['src/child/**', 'src/cli/{main,command}.ts', 'src/session/worker/**', 'src/worker/**'],
      reporter: ['text', 'html'],
      thresholds: {
        'src/{model,operators}/**': { lines: 100, branches: 100 },
        'src/!(model|operators)/**': { lines: 90 },
      },
    },
    projects: [
      // Without isolation a worker imports RxJS once, not once for each of 70 files.
      { extends: true, test: { name: 'unit', include: ['test/**/*.spec.ts'], exclude: built, isolate: false } },
      {
        extends: true,
        test: {
          name: 'real',
          include: built,
          globalSetup: 'test/ensureBuilt.ts',
          setupFiles: 'test/real/setup.ts',
          // After the unit specs, not beside them: these watch real clocks.
          sequence: { groupOrder: 1 },
          // A worker mostly waits for processes that it has started.
          maxWorkers: 4,
          isolate: false,
        },
      },
    ],
  },
});
