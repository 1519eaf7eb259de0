import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder } from './bench.js';

afterEach(expectNothingLeft);

/** The package as it is installed, with what it depends on, and without its optional peers. */
function installed(): string {
  const at = folder();
  for (const part of ['dist', 'guardian', 'preload', 'package.json']) {
    cpSync(part, join(at, 'rxvisor', part), { recursive: true });
  }
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const modules = join(at, 'rxvisor', 'node_modules');
  mkdirSync(modules);
  for (const name of [...Object.keys(dependencies), 'rxjs']) {
    symlinkSync(resolve('node_modules', name), join(modules, name));
  }
  return at;
}

it('without nodemailer a session goes on, and says what is missing and how to get it', async () => {
  const at = installed();
  const main = join(at, 'main.mjs');
  writeFileSync(
    main,
    `import { session, toMail } from './rxvisor/dist/session/index.js';
const mail = toMail({ from: 'a@example.com', to: 'b@example.com', transport: 'smtp://localhost:1' });
const made = session({ name: 'web', command: 'sh', args: ['-c', 'exit 3'], restartAt: [10], limit: { max: 2, within: 60_000 } }, { notify: [mail] });
made.event$.subscribe((event) => { if (event.type === 'notifyFailed') console.log(JSON.stringify(event)); });
process.exitCode = (await made.ended).exitCode;
`,
  );
  const run = start(process.execPath, [main]);
  expect(await run.ended).toEqual({ code: 1, signal: null });
  expect(run.stderr()).toBe('');
  const message = 'RxvisorError: toMail: nodemailer is not installed. Run npm install nodemailer.';
  // One of the first crash, one of those that followed.
  const failed = run
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(failed.map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'notifyFailed', message },
    { type: 'notifyFailed', message },
  ]);
  expect(run.stdout()).toContain(`web: could not notify: ${message}`);
});
