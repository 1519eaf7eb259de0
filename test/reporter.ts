import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const folder = 'node_modules/.cache/rxvisor';
const file = `${folder}/summary.txt`;

/**
 * Ends a run with `N passed, N failed[, N skipped]` alone on a line, and leaves that line in a file for `.ci/run`.
 * A file that cannot be loaded and an error outside any test count as failures too.
 */
export default class SummaryReporter implements Reporter {
  #summary = '';

  onInit(): void {
    rmSync(file, { force: true });
    // The coverage table is printed after the last hook there is.
    process.once('exit', () => this.#summary && process.stdout.write(`\n${this.#summary}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const errors = modules.flatMap((module) => [module, ...module.children.allSuites()].flatMap((at) => at.errors()));
    const count = (state: string): number => states.filter((each) => each === state).length;
    const failed = count('failed') + errors.length + unhandledErrors.length;
    const skipped = states.length - count('passed') - count('failed');
    if (states.length + failed === 0) return; // it never came to the tests
    this.#summary = `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${this.#summary}\n`);
  }
}
