import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { folder } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(async () => {
  await expectNothingLeft();
});

it('a pattern of ready that backtracks for ever is given up; the manager and the other child go on', async () => {
  const config = join(folder(), 'services.config.mjs');
  // The usual slip: one repetition in another.
  const bad = { name: 'bad', command: 'sh', args: ['-c', `echo ${'a'.repeat(40)}!; exec sleep 60`] };
  const good = { name: 'good', command: 'sh', args: ['-c', 'sleep 0.5; echo up; exec sleep 60'] };
  const [one, other] = [good, bad].map((spec) => JSON.stringify(spec));
  writeFileSync(config, `export default [${one}, { ...${other}, ready: { line: /^(a+)+$/ } }];`);
  const program = start(process.execPath, [main, 'run', config], { RXVISOR_HOME: folder() });
  await program.says(/bad ready failed: .* took longer than 1000 ms to match/);
  await program.says(/^good: up$/m);
  program.process.kill('SIGTERM');
  expect(await program.ended).toEqual({ code: null, signal: 'SIGTERM' });
});
