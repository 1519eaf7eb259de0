import { join } from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, it } from 'vitest';
import { managed$, nodeEffects } from '../../src/index.js';

const execPath = join(import.meta.dirname, '../fixtures/tree/electron.sh');

/** This process, with another executable. */
const like = (versions: NodeJS.ProcessVersions): NodeJS.Process =>
  Object.create(process, { execPath: { value: execPath }, versions: { value: versions } }) as NodeJS.Process;

it('runs a script in Electron as Node, where Electron would otherwise start a second app', async () => {
  const script = join(import.meta.dirname, '../fixtures/report.cjs');
  const run = async (process: NodeJS.Process): Promise<unknown[]> =>
    lastValueFrom(
      managed$({ script, restartAt: [] }, undefined, { effects: { ...nodeEffects, process } }).pipe(toArray()),
    );
  expect(await run(like({ ...process.versions, electron: '43.0.0' }))).toContainEqual(
    expect.objectContaining({ type: 'exited', code: 0 }),
  );
  expect(await run(like(process.versions))).toContainEqual(expect.objectContaining({ type: 'exited', code: 9 }));
});
