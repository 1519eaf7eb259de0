import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { expectNothingLeft, start } from '../fixtures/cli-harness.js';
import { freePort } from '../freePort.js';
import { fixture, folder } from '../real/bench.js';
import { main } from '../real/commands.js';

afterEach(async () => {
  await expectNothingLeft();
});

it('run prints that a cluster service is ready, though its config does not mention readiness', async () => {
  const home = folder();
  const config = join(home, 'x.config.json');
  const args = [String(await freePort())];
  const web = { name: 'web', script: fixture('httpServer.mjs'), args, exec: 'cluster' };
  writeFileSync(config, JSON.stringify([web, { name: 'idle', command: 'sleep', args: ['60'] }]));
  const program = start(process.execPath, [main, 'run', config], { RXVISOR_HOME: home });
  await program.says(/ web ready$/m);
  expect(program.stdout()).not.toContain('idle ready');
  program.process.kill('SIGTERM');
  await program.ended;
});
