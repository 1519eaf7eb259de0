import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

// What people write in JavaScript, where no compiler looks: a call without arguments, an argument of another function, an
// option with a slip of the finger. Each has to be an error at once that names what is wrong and what to give instead.
const slips: readonly (readonly [code: string, message: RegExp])[] = [
  ['pm.start()', /^SpecError: spec: undefined is not a spec\. Give an object such as/],
  ['supervise({})', /^RxvisorError: specs: \{\} is not a list of specs\. Give/],
  ['supervise([undefined])', /^SpecError: specs\[0\]: undefined is not a spec\. Give/],
  ["supervise([{ scirpt: 'server.js' }])", /^SpecError: specs\[0\]\.scirpt: unknown field.* Did you mean 'script'\?/],
  ['supervise([], { signal: false })', /^RxvisorError: signal: unknown option.* Did you mean 'signals'\?/],
  ["createPool('worker.mjs')", /^SpecError: spec: 'worker\.mjs' is not a worker\. Give/],
  ['pool.request$(1, { abortSignal })', /^RxvisorError: abortSignal: unknown option.* Known options: /],
  ['viaPool(pool, { order: true })', /^RxvisorError: order: unknown option.* Did you mean 'ordered'\?/],
  ['session()', /^SpecError: spec: undefined is not a spec\. Give/],
  ["session({ command: 'true' }, { port: 80 })", /^RxvisorError: port: unknown option.* Did you mean 'ports'\?/],
  ['toFile()', /^RxvisorError: path: undefined is not a path\. Give/],
  ['restartAt()', /^RxvisorError: restartAt: undefined is not a schedule\. Give/],
  ["managed$({ command: 'true' }, { type: 'stop' })", /^RxvisorError: command\$: .* is not an Observable\. Give/],
  ["tail$('app.log', { line: 10 })", /^RxvisorError: line: unknown option.* Did you mean 'lines'\?/],
  ["supervisor.stop('a', { gracee: 5 })", /^RxvisorError: gracee: unknown option.* Did you mean 'grace'\?/],
  ['supervisor.stop()', /^RxvisorError: target: undefined names no child\. Give a name, an id/],
  ['notify(NEVER)', /^RxvisorError: sink\$: undefined is not a function\. Give/],
];

/** The errors of all of them, in one program that uses the package as it is published. */
function errors(): string[] {
  const program = `
    import { NEVER } from 'rxjs';
    import { managed$, restartAt, supervise, tail$, toFile } from 'rxvisor';
    import * as pm from 'rxvisor/pm';
    import { createPool, viaPool } from 'rxvisor/pool';
    import { notify, session } from 'rxvisor/session';
    const supervisor = supervise();
    const pool = createPool({ script: 'test/fixtures/idle.mjs', size: 1 });
    const abortSignal = new AbortController().signal;
    const found = [];
    for (const slip of [${slips.map(([code]) => `() => ${code}`).join(', ')}]) {
      try {
        const made = await slip();
        found.push(made === undefined ? 'nothing' : 'no error');
      } catch (error) {
        found.push(error.stack.split('\\n')[0]);
      }
    }
    process.stdout.write(JSON.stringify(found), () => process.exit());`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  const found: unknown = JSON.parse(stdout);
  return Array.isArray(found) ? found.map(String) : [];
}

it('a slip in a program is an error at once, by name, value and remedy', () => {
  const found = errors();
  expect(found).toHaveLength(slips.length);
  for (const [index, [code, message]] of slips.entries()) expect.soft(found[index], code).toMatch(message);
});
