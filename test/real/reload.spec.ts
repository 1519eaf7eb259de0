import { rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { reload } from '../../src/control/reload.js';
import { supervise } from '../../src/supervise.js';
import { freePort } from '../freePort.js';
import { fixture, folder } from './bench.js';

const supervisors: AsyncDisposable[] = [];
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map(async (supervisor) => supervisor[Symbol.asyncDispose]()));
});

/** Two servers on one port, both listening. */
async function serving() {
  const port = await freePort();
  const broken = join(folder(), 'broken');
  const web = {
    name: 'web',
    script: fixture('httpServer.mjs'),
    args: [String(port), broken],
    exec: 'cluster',
  } as const;
  const supervisor = supervise([web, web], { signals: false });
  supervisors.push(supervisor);
  await firstValueFrom(supervisor.status$.pipe(filter((all) => all.every(({ state }) => state === 'online'))));
  return { port, broken, supervisor, pids: () => supervisor.describe('web').map(({ status }) => status.pid) };
}

async function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    }).on('error', reject);
  });
}

describe("exec: 'cluster'", () => {
  it('shares a port, and is reloaded without a request that fails', async () => {
    const { port, supervisor, pids } = await serving();
    const before = pids();
    let over = false;
    let answers = 0;
    const asking = Array.from({ length: 4 }, async () => {
      while (!over) {
        expect(await ask(port)).toMatch(/ \d+$/);
        answers += 1;
      }
    });
    const told = await reload(supervisor, 'web');
    over = true;
    await Promise.all(asking);
    expect(told.map(({ state, refused }) => [state, refused])).toEqual([
      ['online', undefined],
      ['online', undefined],
    ]);
    expect(answers).toBeGreaterThan(0);
    expect(pids()).toHaveLength(2);
    expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
    await ask(port);
  });

  it('a new one that fails leaves the old ones serving', async () => {
    const { port, broken, supervisor, pids } = await serving();
    const before = pids();
    writeFileSync(broken, '');
    expect((await reload(supervisor, 'web')).map(({ refused }) => refused)).toEqual([
      'the new one did not come up, and this one goes on',
      'one before it did not come up',
    ]);
    rmSync(broken);
    expect(pids()).toEqual(before);
    await ask(port);
  });

  it('is refused for what Node does not run', () => {
    expect(() => supervise([{ command: 'sleep', args: ['60'], exec: 'cluster' }], { signals: false })).toThrow(
      "command: 'sleep' is not run by Node, and cannot share a port.",
    );
  });
});
